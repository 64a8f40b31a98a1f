// Counts the picked tickets; `x` picks the line one is at.
export function startPick() {
  const count = document.getElementById("picked-count");
  if (!count) return;
  const boxes = () => [...document.querySelectorAll("[data-pick]")];
  const tell = () => {
    const picked = String(boxes().filter((box) => box.checked).length);
    if (count.textContent !== picked) count.textContent = picked;
  };
  document.addEventListener("change", (event) => event.target.matches("[data-pick]") && tell());
  // A fresh fragment has taken the old lines' place.
  new MutationObserver(tell).observe(document.getElementById("main"), { childList: true, subtree: true });
  tell();
}
