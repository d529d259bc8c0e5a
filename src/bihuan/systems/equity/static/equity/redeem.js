// Coupons at the till: each scan is kept on the phone until the server has answered for it, also through a reload
// or without network. The key of a scan makes the same scan told twice one scan.
const root = document.querySelector("[data-redeem]");
const form = root.querySelector("[data-form]");
const list = root.querySelector("[data-answers]");
const NAME = `bh-redeem:${root.dataset.redeem}`;
const RETRY_S = [2, 4, 8, 15, 30, 60];
const AT_ONCE = 50;

const memory = { kept: "[]" };
const shelf = {
  get() { try { return JSON.parse(localStorage.getItem(NAME) ?? memory.kept); } catch { return JSON.parse(memory.kept); } },
  put(scans) {
    memory.kept = JSON.stringify(scans);
    try { localStorage.setItem(NAME, memory.kept); } catch { /* in memory, until a reload */ }
  },
};
const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const show = (key, outcome, title, more) => {
  const card = list.querySelector(`[data-key="${key}"]`) ?? document.createElement("article");
  card.className = "bh-card bh-eq-answer";
  Object.assign(card.dataset, { key, outcome });
  const heading = document.createElement("h2");
  const kind = outcome === "redeemed" || outcome === "kept" ? outcome : "refused";
  heading.append(root.querySelector(`template[data-glyph="${kind}"]`).content.cloneNode(true), title);
  const line = document.createElement("p");
  line.textContent = more;
  card.replaceChildren(heading, line);
  if (!card.isConnected) list.prepend(card);
};
const waiting = (scan, words = root.dataset.keptMore) => show(scan.key, "kept", root.dataset.kept, `${scan.text} · ${words}`);

let [busy, tries, timer] = [false, 0, 0];
const later = (words) => {
  for (const scan of shelf.get()) waiting(scan, words);
  clearTimeout(timer);
  timer = setTimeout(send, RETRY_S[Math.min(tries, RETRY_S.length - 1)] * 1000);
  tries += 1;
};
// Who signed in again has another token: it stands in the page as it is now.
const fresh = async () => {
  const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  return Boolean(token);
};
const send = async () => {
  const scans = shelf.get().slice(0, AT_ONCE);
  if (busy || !scans.length) return;
  busy = true;
  clearTimeout(timer);
  try {
    const answer = await fetch(location.pathname, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ scans }),
    });
    if (!answer.ok || answer.redirected) {
      if (answer.status < 500) await fresh();
      return later(answer.status < 500 ? root.dataset.signin : undefined);
    }
    const { answers } = await answer.json();
    const ended = answers.filter((one) => one.outcome !== "busy");
    for (const one of answers) show(one.key, one.outcome, one.title, one.more);
    shelf.put(shelf.get().filter((scan) => !ended.some((one) => one.key === scan.key)));
    tries = 0;
    if (ended.length < answers.length) later();
    else if (shelf.get().length) setTimeout(send, 0);
  } catch {
    // From now on the time of the scan counts: it was made without network.
    const at = new Date().toISOString();
    shelf.put(shelf.get().map((scan) => ({ at: scan.seen ?? at, ...scan })));
    later();
  } finally {
    busy = false;
  }
};

const take = (text) => {
  const code = text.trim();
  if (!code || shelf.get().some((scan) => scan.text === code)) return;
  const scan = { key: random(), text: code, seen: new Date().toISOString() };
  shelf.put([...shelf.get(), scan]);
  tries = 0;
  send();
};
form.addEventListener("submit", (event) => {
  event.preventDefault();
  take(form.elements.code.value);
  form.elements.code.value = "";
  form.elements.code.focus();
});
addEventListener("online", send);

// The camera where the browser reads codes by itself; elsewhere the phone's own camera opens this page with the code.
const camera = root.querySelector("[data-camera]");
const video = root.querySelector("[data-video]");
const watch = async () => {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const look = async () => {
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) return setTimeout(look, 200);
    for (const track of stream.getTracks()) track.stop();
    video.hidden = true;
    take(new URL(found.rawValue, location.href).searchParams.get("code") ?? found.rawValue);
  };
  look();
};
if ("BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) {
  camera.hidden = false;
  camera.addEventListener("click", () => watch().catch(() => { camera.hidden = true; }));
}

// Only where the browser allows it (https, or this machine): then a reload without network works too.
const keepPage = async () => {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(root.dataset.worker);
    const cache = await caches.open("bh-survey");
    const loaded = performance.getEntriesByType("resource").map((one) => one.name);
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((part) => part.href || part.src);
    const files = new Set([...parts, ...loaded].filter((url) => url.startsWith(`${location.origin}/static/`)));
    await Promise.all([location.pathname, ...files].map(async (url) => {
      const answer = await fetch(url, { cache: "force-cache" });
      if (answer.ok && !answer.redirected) await cache.put(url, answer);
    }));
    document.documentElement.dataset.kept = "";
  } catch { /* the page works without */ }
};

for (const scan of shelf.get()) waiting(scan);
root.dataset.ready = "";
send();
keepPage();
