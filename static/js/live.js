// Changes appear in place. One stream a browser: the visible tab that holds the lock listens
// and tells the others. Hidden tabs hold nothing; coming back they look once.
import { signedOut, swap } from "./swap.js";

const LOCK = "postdesk-live";
const LAST = "postdesk-live-last";
const LONGEST_WAIT = 60_000;

export function startLive() {
  if (!document.querySelector("[data-live]") || !window.EventSource) return;
  const channel = new BroadcastChannel(LOCK);
  let leaving = null;
  let wasHidden = document.hidden;

  const hear = (change) => {
    for (const part of document.querySelectorAll("[data-live]")) if (concerns(part, change)) soon(part);
  };
  channel.addEventListener("message", (event) => hear(event.data));

  const join = () => {
    if (leaving) return;
    leaving = new AbortController();
    const { signal } = leaving;
    if (!navigator.locks) return void listen(channel, hear, signal);
    navigator.locks.request(LOCK, { signal }, () => listen(channel, hear, signal)).catch(() => {});
  };
  const leave = () => {
    leaving?.abort();
    leaving = null;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) leave();
    else {
      if (wasHidden || !leaving) hear(null);
      join();
    }
    wasHidden = document.hidden;
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      hear(null);
      join();
    }
  });
  if (!document.hidden) join();
}

// `null` is a resync: everything may have changed.
function concerns(part, change) {
  if (!change) return true;
  const ids = change[part.dataset.live] ?? [];
  return part.dataset.liveId ? ids.includes(Number(part.dataset.liveId)) : ids.length > 0;
}

// Holds the stream until told to stop; the lock is ours as long as this promise is open.
function listen(channel, hear, signal) {
  return new Promise((done) => {
    let source;
    let timer;
    let wait = 2_000;
    const tell = (change) => {
      channel.postMessage(change);
      hear(change);
    };
    const open = () => {
      // A new EventSource forgets the last id, so it is kept here and sent along.
      const last = localStorage.getItem(LAST);
      source = new EventSource(last ? `/live?after=${encodeURIComponent(last)}` : "/live");
      source.addEventListener("open", () => (wait = 2_000));
      source.addEventListener("change", (event) => {
        let change;
        try {
          change = JSON.parse(event.data);
        } catch {
          change = null;
        }
        const id = event.lastEventId || change?.id;
        if (id) localStorage.setItem(LAST, id);
        tell(change);
      });
      source.addEventListener("resync", (event) => {
        if (event.lastEventId) localStorage.setItem(LAST, event.lastEventId);
        else localStorage.removeItem(LAST);
        tell(null);
      });
      source.addEventListener("error", () => {
        // The browser reconnects by itself unless the answer was a refusal.
        if (source.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(open, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      });
    };
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      source?.close();
      done();
    });
    if (signal.aborted) done();
    else open();
  });
}

// Many changes in a row cost one request a part.
const waiting = new Map();
function soon(part) {
  if (waiting.has(part.id)) return;
  waiting.set(part.id, setTimeout(() => {
    waiting.delete(part.id);
    refresh(part.id);
  }, 150));
}

async function refresh(id) {
  const part = document.getElementById(id);
  if (!part || document.hidden) return;
  try {
    const answer = await fetch(part.dataset.liveUrl, { headers: { Accept: "text/html" }, credentials: "same-origin", cache: "no-store" });
    if (answer.status === 401 || answer.redirected) return signedOut(part);
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
    if (next) swap(part, next);
  } catch {
    // Offline for a moment; the next event or visit brings it.
  }
}
