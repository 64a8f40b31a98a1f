// Relative times grow older while a page stays open. Same words as the server's.
const STEPS = [[60, 1, ""], [3600, 60, "min"], [172800, 3600, "h"], [1209600, 86400, "d"]];

export function relative(seconds) {
  // What lies ahead keeps the words of the server.
  if (seconds < -5) return null;
  if (seconds < 60) return "just now";
  for (const [below, unit, word] of STEPS) if (seconds < below) return `${Math.floor(seconds / unit)} ${word} ago`;
  return null;
}

export function startTimes() {
  const tick = () => {
    if (document.hidden) return;
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const words = relative((Date.now() - Date.parse(time.dateTime)) / 1000);
      if (words && time.textContent !== words) time.textContent = words;
    }
  };
  setInterval(tick, 30_000);
  document.addEventListener("visibilitychange", tick);
}
