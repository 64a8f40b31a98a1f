// Single keys for people who do this every day. Never while typing, never with a modifier,
// and they can be switched off (WCAG 2.1.4). The choice stays in this browser.
const OFF = "postdesk-keys-off";

export function startKeys() {
  const help = document.getElementById("keys");
  const toggle = document.getElementById("keys-toggle");
  const label = () => {
    if (toggle) toggle.textContent = localStorage.getItem(OFF) ? "Turn shortcuts on" : "Turn shortcuts off";
  };
  label();
  toggle?.addEventListener("click", () => {
    if (localStorage.getItem(OFF)) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    label();
  });

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (localStorage.getItem(OFF) || document.querySelector("dialog[open]") || isTyping(event.target)) return;
    const act = {
      j: () => step(1),
      k: () => step(-1),
      x: () => current()?.querySelector("[data-pick]")?.click(),
      o: () => current()?.querySelector("[data-open]")?.click(),
      "/": () => document.getElementById("search"),
      "?": () => help?.showModal(),
    }[event.key];
    const target = act ? act() : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!act && !target) return;
    event.preventDefault();
    if (target) press(target);
  });
}

function isTyping(element) {
  return element.isContentEditable || (element.matches("input, textarea, select") && !element.matches("[type=checkbox], [type=radio], [type=submit]"));
}

// What a key stands for is pressed, or entered if one types into it.
function press(target) {
  if (target.matches("input, textarea, select")) {
    target.focus();
    target.select?.();
  } else if (target.matches("details")) {
    target.querySelector("summary").click();
  } else if (target.matches("a[href^='#']")) {
    const part = document.querySelector(target.getAttribute("href"));
    part?.scrollIntoView({ block: "start" });
    (part?.querySelector("textarea") ?? part)?.focus({ preventScroll: true });
  } else {
    target.click();
  }
}

const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => document.activeElement?.closest("[data-row]");

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  const link = next.querySelector("[data-open]");
  link?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
