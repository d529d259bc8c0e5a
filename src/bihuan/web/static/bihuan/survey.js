// The public survey: keeps what is answered, asks what follows from it, and sends it once, now or when the network is back.
const root = document.documentElement;
const main = document.querySelector("[data-survey]");
const RETRY_S = [2, 4, 8, 15, 30, 60];
const GIVE_UP_MS = 20_000;
const FINAL = [403, 404, 409, 410];

if (!/(?:^|; )bh_theme=/.test(document.cookie) && matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.bsTheme = "dark";

// A phone may forbid storage (private window): then the page works and only a reload loses what was typed.
const memory = new Map();
const shelf = {
  get(name) {
    try { return localStorage.getItem(name) ?? memory.get(name) ?? null; } catch { return memory.get(name) ?? null; }
  },
  put(name, value) {
    memory.set(name, value);
    try { localStorage.setItem(name, value); } catch { /* kept in memory */ }
  },
};
const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const device = () => {
  const kept = shelf.get("bh-survey-device") ?? random();
  shelf.put("bh-survey-device", kept);
  return kept;
};

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-language]")) return;
  event.preventDefault();
  root.lang = root.lang === "en" ? "zh-Hans" : "en";
  shelf.put("bh-survey-language", root.lang);
});
if (shelf.get("bh-survey-language") && !location.search) root.lang = shelf.get("bh-survey-language");

const start = () => {
  const NAME = `bh-survey:${main.dataset.survey}`;
  const form = main.querySelector("form");
  const questions = [...form.querySelectorAll("fieldset[data-code]")];
  const panels = [...main.querySelectorAll("[data-panel]")];
  const fresh = { key: random(), first: Date.now(), opened: form.opened.value, answers: {}, pressed: 0, ended: "" };
  const state = { ...fresh, ...JSON.parse(shelf.get(NAME) ?? "{}") };
  const keep = () => shelf.put(NAME, JSON.stringify(state));
  let tries = 0;
  let timer = 0;
  let busy = false;
  let attempted = false;

  const show = (name) => {
    for (const panel of panels) panel.hidden = panel.dataset.panel !== name;
    if (name !== "form") scrollTo(0, 0);
  };

  const given = (question) => {
    const kind = question.dataset.kind;
    if (kind === "text") return question.querySelector("textarea").value.trim() || null;
    const chosen = [...question.querySelectorAll("input:checked")].map((field) => field.value);
    if (kind === "several_of") return chosen.length ? chosen : null;
    if (!chosen.length) return null;
    return kind === "one_of" ? chosen[0] : Number(chosen[0]);
  };

  const holds = ({ ifCode, ifOperator, ifValue }, seen) => {
    const answer = seen[ifCode];
    if (answer === undefined) return false;
    if (ifOperator === "includes") return answer.includes(ifValue);
    if (ifOperator === "at_least") return answer >= Number(ifValue);
    if (ifOperator === "at_most") return answer <= Number(ifValue);
    return (String(answer) === ifValue) === (ifOperator === "is");
  };

  // What hangs on a hidden question is hidden too, as on the server.
  const look = () => {
    const seen = {};
    let asked = 0;
    for (const question of questions) {
      question.hidden = Boolean(question.dataset.ifCode) && !holds(question.dataset, seen);
      if (question.hidden) continue;
      asked += 1;
      question.querySelector(".bh-q-place").textContent = asked;
      const answer = given(question);
      if (answer !== null) seen[question.dataset.code] = answer;
      const wrong = attempted && answer === null && "required" in question.dataset;
      question.classList.toggle("bh-q-wrong", wrong);
      question.querySelector(".bh-q-error").hidden = !wrong;
    }
    const done = Object.keys(seen).length;
    form.querySelector("progress").max = asked;
    form.querySelector("progress").value = done;
    form.querySelector("[data-progress]").textContent = `${done} / ${asked}`;
    form.querySelector("[data-open]").hidden = !form.querySelector(".bh-q-wrong:not([hidden])");
    return seen;
  };

  const restore = () => {
    for (const question of questions) {
      const answer = state.answers[question.dataset.code];
      if (answer === undefined) continue;
      const text = question.querySelector("textarea");
      if (text) text.value = answer;
      for (const field of question.querySelectorAll("input")) field.checked = [answer].flat().map(String).includes(field.value);
    }
  };

  const end = async (name) => {
    state.ended = name;
    state.answers = {};
    keep();
    show(name);
    if ("caches" in window) await (await caches.open("bh-survey")).delete(location.pathname);
  };

  const later = () => {
    show("waiting");
    clearTimeout(timer);
    timer = setTimeout(send, RETRY_S[Math.min(tries, RETRY_S.length - 1)] * 1000);
    tries += 1;
  };

  const answered = async (response) => {
    const told = await response.json().catch(() => ({}));
    if (response.ok && told.state) return end(told.state);
    if (response.status === 422 || response.status === 413) {
      state.pressed = 0;
      keep();
      show("form");
      const question = questions.find((one) => one.dataset.code === told.code) ?? questions[0];
      question.classList.add("bh-q-wrong");
      return question.scrollIntoView();
    }
    // Only our own server ends it: a portal in between answers with its own pages.
    if (told.state && FINAL.includes(response.status)) return end(told.state);
    return later();
  };

  const send = async () => {
    if (busy || state.ended) return;
    busy = true;
    clearTimeout(timer);
    if (!tries) show("sending");
    const abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), GIVE_UP_MS);
    const body = {
      key: state.key, answers: state.answers, opened: state.opened, took_s: Math.round((state.pressed - state.first) / 1000), device: device(), language: root.lang,
    };
    try {
      const response = await fetch(location.pathname, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: abort.signal });
      await answered(response);
    } catch {
      later();
    } finally {
      clearTimeout(limit);
      busy = false;
    }
  };

  form.addEventListener("input", () => {
    state.answers = look();
    keep();
    form.querySelector("[data-kept]").hidden = false;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempted = true;
    state.answers = look();
    const wrong = form.querySelector(".bh-q-wrong:not([hidden])");
    if (wrong) {
      wrong.scrollIntoView({ block: "start" });
      wrong.querySelector("input, textarea").focus({ preventScroll: true });
      return;
    }
    state.pressed = Date.now();
    keep();
    send();
  });
  main.querySelector("[data-send]").addEventListener("click", send);
  addEventListener("online", () => state.pressed && send());

  restore();
  state.answers = state.ended ? {} : look();
  keep();
  if (state.ended) show(state.ended);
  else if (state.pressed) send();
  keepPage();
};

// Only where the browser allows it (https, or this machine): then a reload without network works too.
const keepPage = async () => {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(main.dataset.worker, { scope: main.dataset.scope });
    const cache = await caches.open("bh-survey");
    const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((part) => part.href || part.src);
    await Promise.all([location.pathname, ...parts].map(async (url) => {
      const response = await fetch(url, { cache: "force-cache" });
      if (response.ok) await cache.put(url, response);
    }));
    root.dataset.kept = "";
  } catch { /* the page works without */ }
};

if (main) start();
