// How long the page was in view, told without cookie: what is told belongs to this visit's ticket and to nothing else.
const { ticket } = document.querySelector("[data-ticket]").dataset;
const NAME = `bh-visit:${ticket}`;
const shelf = {
  get() { try { return Number(sessionStorage.getItem(NAME)) || 0; } catch { return 0; } },
  put(value) { try { sessionStorage.setItem(NAME, value); } catch { /* only this page's own time then */ } },
};
const before = shelf.get();
let [seen, since] = [0, document.visibilityState === "visible" ? performance.now() : 0];

const tell = (seconds) => {
  const body = new Blob([JSON.stringify(seconds === null ? { ticket } : { ticket, seconds })], { type: "application/json" });
  navigator.sendBeacon(location.pathname, body);
};
const pause = () => {
  if (!since) return;
  seen += performance.now() - since;
  since = 0;
  const seconds = Math.round((before + seen / 1000) * 10) / 10;
  shelf.put(seconds);
  tell(seconds);
};

tell(null);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") since = performance.now();
  else pause();
});
addEventListener("pagehide", pause);
