// The live stream: rows, counts and the overdue number as they happen; says how old the page is, and polls when cut off.
import { now } from "./elapsed.js";
import { overdue } from "./favicon.js";
import { listen as sound } from "./sound.js";
import { counts, swap } from "./swap.js";
import { toast, withdraw } from "./toast.js";
import { ago, say } from "./words.js";

const OLD_S = 10;
const LOST_S = 60;
const POLL_MS = 60000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
const TRIES_BEFORE_POLLING = 5;

const body = document.body;
const banner = document.getElementById("bh-banner");
const tokenUrl = body.dataset.liveTokenUrl;
let source = null;
let heard = now();
let wait = FIRST_WAIT_MS;
let failures = 0;
let polling = 0;
let renewal = 0;
let away = false;

const marks = () => document.querySelectorAll("[data-live-mark]");

const show = () => {
  const age = Math.max(0, (now() - heard) / 1000);
  const state = polling ? "off" : age < OLD_S ? "on" : age < LOST_S ? "late" : "lost";
  const text = polling ? say("live_off") : age < OLD_S ? say("live", { age: ago(age) }) : ago(age);
  for (const mark of marks()) {
    mark.dataset.state = state;
    const words = mark.querySelector("span");
    if (words.textContent !== text) words.textContent = text;
  }
  const lost = age >= LOST_S && !polling;
  body.classList.toggle("bh-stale-numbers", lost);
  if (!banner) return;
  banner.hidden = !lost;
  if (lost) banner.textContent = say("lost", { hour: new Date(heard).toTimeString().slice(0, 5) });
};

const hear = () => {
  heard = now();
  failures = 0;
  wait = FIRST_WAIT_MS;
  stopPolling();
  if (away) withdraw("live");
  away = false;
};

const listen = (made) => {
  const on = (name, act) =>
    made.addEventListener(name, (event) => {
      hear();
      if (event.data) act(JSON.parse(event.data));
    });
  on("row", ({ id, html }) => swap(id, html));
  on("counts", (values) => {
    sound(values);
    counts(values);
  });
  on("title", (data) => overdue(data.overdue));
  on("tick", () => {});
};

// The old stream ends only once the new one stands, so that a renewed token loses nothing; after a break the page is read again.
const connect = (url) => {
  const before = source;
  const made = new EventSource(url);
  source = made;
  listen(made);
  made.addEventListener("open", () => {
    const broken = failures > 0;
    before?.close();
    hear();
    if (broken) poll();
  });
  made.addEventListener("error", () => {
    made.close();
    before?.close();
    if (source === made) retry();
  });
};

const retry = () => {
  failures += 1;
  if (!away && failures > 2) {
    away = true;
    toast(say("lost", { hour: new Date(heard).toTimeString().slice(0, 5) }), { seconds: 0, id: "live" });
  }
  if (failures >= TRIES_BEFORE_POLLING) startPolling();
  setTimeout(renew, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
};

const renewBefore = (seconds) => {
  clearTimeout(renewal);
  if (tokenUrl && seconds > 0) renewal = setTimeout(renew, Math.max(5, seconds * 0.8) * 1000);
};

const renew = async () => {
  if (!tokenUrl) return connect(body.dataset.liveUrl);
  try {
    const answer = await fetch(tokenUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { url, expires_s: seconds } = await answer.json();
    connect(url);
    renewBefore(seconds);
  } catch {
    retry();
  }
};

const poll = () => {
  for (const element of document.querySelectorAll("[data-live-poll]"))
    window.htmx?.ajax("GET", element.dataset.livePoll || location.href, { target: element, select: `#${element.id}`, swap: "outerHTML" });
};

const startPolling = () => {
  withdraw("live");
  if (!polling) polling = setInterval(poll, POLL_MS);
};

const stopPolling = () => {
  clearInterval(polling);
  polling = 0;
};

if (body.dataset.liveUrl || tokenUrl) {
  if (body.dataset.liveUrl) connect(body.dataset.liveUrl);
  else renew();
  renewBefore(Number(body.dataset.liveExpiresS));
  setInterval(show, 1000);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && renew());
}
