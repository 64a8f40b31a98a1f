// The console works without any of this; each module adds one comfort.
import { startDialogs } from "./dialog.js";
import { startDrafts } from "./draft.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMenus } from "./menu.js";
import { startPick } from "./pick.js";
import { startPresence } from "./presence.js";
import { startTimes } from "./time.js";

document.documentElement.classList.add("js");
startMenus();
startDialogs();
startKeys();
startDrafts();
startTimes();
startPick();
startPresence();
startLive();

// The first thing to hear after a form with mistakes is the list of them.
document.querySelector("[data-focus]")?.focus();
