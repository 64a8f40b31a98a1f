// Puts a fresh fragment in the place of the old one without moving what the reader looks at.

export function swap(part, next) {
  count(next.dataset.waiting);
  if (sameText(part, next)) return;
  // Open forms and typed text are never taken away; the newer version is offered instead.
  if (isBusy(part)) return offer(part, next, "This part has changed");
  const added = fresh(part, next);
  if (added.length && wouldJump(part, next)) return offer(part, next, `${added.length} new`);
  put(part, next, added);
}

function put(part, next, added) {
  const held = document.activeElement?.closest?.("[id]");
  const back = held && part.contains(held) ? held.id : null;
  part.parentElement.querySelector(`:scope > .newbar[data-for="${part.id}"]`)?.remove();
  for (const row of added) row.classList.add("is-new");
  // A line that has changed has another value: it is picked again by who has seen the change.
  for (const box of part.querySelectorAll("[data-pick]:checked")) {
    const same = next.querySelector(`[data-pick][value="${CSS.escape(box.value)}"]`);
    if (same) same.checked = true;
  }
  part.replaceWith(next);
  if (next.dataset.version) renew(next.dataset.version);
  if (back) {
    const row = document.getElementById(back);
    (row?.querySelector("[data-open]") ?? row)?.focus({ preventScroll: true });
  }
  if (added.length) say(`${added.length} new`);
}

// Who has seen the new timeline may act on it. A form with typed text keeps its old version:
// its writer shall be told by the server that something came in between.
function renew(version) {
  for (const field of document.querySelectorAll("main input[name=version], dialog input[name=version]")) {
    if (!isBusy(field.form)) field.value = version;
  }
}

// Rows and entries of the fragment that are not on the page yet.
function fresh(part, next) {
  return [...next.querySelectorAll("tr[id], li[id]")].filter((row) => !part.querySelector(`#${CSS.escape(row.id)}`));
}

// Something comes in above the line the reader is at: focused, under the pointer, or scrolled past.
function wouldJump(part, next) {
  const ids = [...next.querySelectorAll("tr[id], li[id]")].map((row) => row.id);
  const old = [...part.querySelectorAll("tr[id], li[id]")];
  const at = old.find((row) => row.matches(":focus-within, :hover")) ?? (part.getBoundingClientRect().top < 0 ? old.find((row) => row.getBoundingClientRect().bottom > 0) : null);
  if (!at) return false;
  const place = ids.indexOf(at.id);
  return place < 0 || ids.slice(0, place).some((id) => !old.some((row) => row.id === id));
}

function isBusy(part) {
  if (part.querySelector("details:not(.quote)[open] form")) return true;
  return [...part.querySelectorAll("textarea, input:not([type=hidden])")].some((field) => field.value !== field.defaultValue);
}

// A quiet bar; pressing it shows what has come.
function offer(part, next, words) {
  bar(part, words, "Show", () => {
    const now = document.getElementById(part.id);
    put(now, next, fresh(now, next));
  });
}

// The page goes stale silently otherwise. Loading it again leads to the sign-in and back.
export function signedOut(part) {
  bar(part, "You have been signed out", "Sign in", () => location.reload());
}

function bar(part, words, label, act) {
  let box = part.parentElement.querySelector(`:scope > .newbar[data-for="${part.id}"]`);
  if (!box) {
    box = document.createElement("div");
    box.className = "newbar";
    box.dataset.for = part.id;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    box.append(button);
    part.before(box);
  }
  const button = box.querySelector("button");
  if (button.textContent !== `${words} · ${label}`) say(words);
  button.textContent = `${words} · ${label}`;
  button.onclick = act;
}

// Ages differ at every request and are no change.
function sameText(a, b) {
  const bare = (part) => {
    const copy = part.cloneNode(true);
    for (const time of copy.querySelectorAll("time")) time.textContent = "";
    for (const row of copy.querySelectorAll(".is-new")) row.classList.remove("is-new");
    for (const node of copy.querySelectorAll("input[name=csrf]")) node.remove();
    for (const node of copy.querySelectorAll("[class='']")) node.removeAttribute("class");
    return copy.innerHTML.replace(/\s+/g, " ");
  };
  return bare(a) === bare(b);
}

// Tab and navigation always tell how many need attention.
function count(waiting) {
  if (waiting === undefined) return;
  const title = document.querySelector("title");
  const base = title?.dataset.base;
  if (base) document.title = Number(waiting) > 0 ? `(${waiting}) ${base}` : base;
  for (const link of document.querySelectorAll('.nav a[href="/tickets"]')) {
    let badge = link.querySelector(".count");
    if (!badge) {
      badge = document.createElement("span");
      badge.className = "count";
      link.append(" ", badge);
    }
    badge.textContent = Number(waiting) > 0 ? waiting : "";
  }
}

function say(words) {
  const region = document.getElementById("live");
  if (region) region.textContent = words;
}
