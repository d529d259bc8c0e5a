// Times that go on: <time data-since> and <time data-until> tick once a second by the server's clock.
const meta = document.querySelector('meta[name="bh-now"]');
const offset = meta ? Date.parse(meta.content) - Date.now() : 0;

export const now = () => Date.now() + offset;

const two = (value) => String(value).padStart(2, "0");

export const clock = (milliseconds) => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

const tick = () => {
  const at = now();
  for (const element of document.querySelectorAll("time[data-since], time[data-until]")) {
    const since = element.dataset.since;
    const text = since ? clock(at - Date.parse(since)) : clock(Date.parse(element.dataset.until) - at);
    if (element.textContent !== text) element.textContent = text;
  }
};

const start = () => {
  tick();
  setTimeout(() => setInterval(tick, 1000), 1000 - (now() % 1000));
};
start();
