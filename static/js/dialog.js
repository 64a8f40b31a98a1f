// A form that unfolds in place (<details data-dialog>) is shown as a <dialog> instead.
// Listening on the document, so that forms swapped in later need no set-up.
export function startDialogs() {
  document.addEventListener("click", (event) => {
    const summary = event.target.closest("details[data-dialog] > summary");
    if (summary) {
      event.preventDefault();
      ask(summary);
      return;
    }
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
  });
}

// The form moves into the dialog and back, so what was typed stays.
function ask(summary) {
  const details = summary.parentElement;
  const form = details.querySelector("form");
  const dialog = document.createElement("dialog");
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "btn";
  cancel.textContent = "Cancel";
  cancel.addEventListener("click", () => dialog.close());
  dialog.setAttribute("aria-labelledby", form.querySelector("h2")?.id ?? "");
  dialog.append(form);
  form.querySelector(".btns:last-child")?.append(cancel);
  dialog.addEventListener("close", () => {
    cancel.remove();
    details.append(form);
    dialog.remove();
    if (!document.activeElement || document.activeElement === document.body) summary.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (form.querySelector("textarea, select, input:not([type=hidden])") ?? form.querySelector("button"))?.focus();
}
