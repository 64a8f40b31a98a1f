// Two people on one ticket see each other before they both reply. The page says that it is open
// as long as somebody uses it, and shows who else said so.
const EVERY = 10_000;
const UNUSED = 10 * 60_000;

export function startPresence() {
  const part = document.getElementById("presence");
  const csrf = document.querySelector("main input[name=csrf]");
  if (!part?.dataset.presence || !csrf) return;
  let writing = false;
  let used = Date.now();
  let timer;

  const tell = async () => {
    clearTimeout(timer);
    timer = setTimeout(tell, EVERY);
    if (document.hidden || Date.now() - used > UNUSED) return;
    try {
      const body = new URLSearchParams({ csrf: csrf.value, writing });
      const answer = await fetch(part.dataset.presence, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
      if (!answer.ok || answer.redirected) return;
      const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("presence");
      if (next && next.textContent !== part.textContent) part.replaceChildren(...next.childNodes);
    } catch {
      // Offline for a moment; the next time tells it.
    }
  };
  for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, () => (used = Date.now()), { passive: true });
  document.addEventListener("input", (event) => {
    if (writing || !event.target.matches("#reply textarea, #write-note textarea")) return;
    writing = true;
    tell();
  });
  document.addEventListener("visibilitychange", tell);
  tell();
}
