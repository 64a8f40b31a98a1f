// What was typed into a reply or a note survives a closed page, in this tab only,
// until the server has taken it or the person signs out.
const NAME = "postdesk-draft:";

export function startDrafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = NAME + form.dataset.draft;
    const area = form.querySelector("textarea");
    const kept = sessionStorage.getItem(key);
    // The server's own text (a template, a refused form) is newer than ours if it is not the empty one.
    if (kept && kept.startsWith(area.defaultValue.trimEnd())) area.value = kept;
    area.addEventListener("input", () => {
      if (area.value === area.defaultValue) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, area.value);
    });
    form.addEventListener("submit", () => {
      if (!form.hasAttribute("data-draft-keep")) sessionStorage.removeItem(key);
    });
  }
  for (const form of document.querySelectorAll("form[data-draft-ends], form[data-clears-drafts]")) {
    form.addEventListener("submit", () => {
      const ends = form.dataset.draftEnds;
      for (const key of Object.keys(sessionStorage)) {
        if (key.startsWith(NAME) && (!ends || key === NAME + ends)) sessionStorage.removeItem(key);
      }
    });
  }
}
