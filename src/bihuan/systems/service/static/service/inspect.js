// The sheet of a check: everything typed and every picture stay on the phone until the record is signed, also through a
// reload or without network. The server judges by the same rules again.
const form = document.querySelector("[data-inspect]");
const NAME = form.dataset.inspect;
const LONGEST_SIDE = 1600;
const RETRY_S = [2, 4, 8, 15, 30, 60];
const items = [...form.querySelectorAll("[data-item]")];
const told = form.querySelector("[data-state]");
const refusal = form.querySelector("[data-refusal]");
const photos = new Map(items.map((item) => [item.dataset.item, []]));

const shelf = {
  get() { try { return JSON.parse(localStorage.getItem(NAME) ?? "null"); } catch { return null; } },
  put(state) { try { localStorage.setItem(NAME, JSON.stringify(state)); return true; } catch { return false; } },
  drop() { try { localStorage.removeItem(NAME); } catch { /* nothing was kept */ } },
};

// Pictures are too large for the shelf of texts: they lie in the database of the browser.
const store = await new Promise((resolve) => {
  try {
    const open = indexedDB.open("bh-inspect", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("photos");
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => resolve(null);
  } catch { resolve(null); }
});
const ask = (mode, act) => new Promise((resolve) => {
  if (!store) return resolve(null);
  const request = act(store.transaction("photos", mode).objectStore("photos"));
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => resolve(null);
});
const keyOf = (id) => `${NAME}:${id}`;

const valueOf = (item) => item.querySelector(".bh-chips input:checked")?.value ?? "";

const show = () => {
  let [given, weight, broken, done] = [0, 0, false, 0];
  for (const item of items) {
    const mark = valueOf(item);
    if (mark === "") continue;
    done += 1;
    if (mark === "none") continue;
    broken ||= "veto" in item.dataset && Number(mark) === 0;
    given += Number(mark);
    weight += Number(item.dataset.points);
  }
  form.querySelector("[data-progress]").textContent = `${done} / ${items.length}`;
  const score = broken ? 0 : weight ? (100 * given) / weight : null;
  form.querySelector("[data-total]").textContent = done < items.length || score === null ? "—" : score.toFixed(1);
};

const fields = () => [...form.elements].filter((field) => field.name && !["file", "hidden", "submit", "button"].includes(field.type));
const keep = () => {
  const values = {};
  for (const field of fields()) {
    if (field.type === "checkbox") values[field.name] = field.checked;
    else if (field.type !== "radio") values[field.name] = field.value;
    else if (field.checked) values[field.name] = field.value;
  }
  if (shelf.put({ number: form.elements.number.value, card: form.elements.card.value, values })) told.textContent = form.dataset.kept;
};
const restore = () => {
  const kept = shelf.get();
  if (!kept) return;
  form.elements.number.value = kept.number;
  const same = kept.card === form.elements.card.value;
  for (const field of fields()) {
    const value = kept.values[field.name];
    if (value === undefined || (!same && /-\d+$/.test(field.name))) continue;
    if (field.type === "checkbox") field.checked = value;
    else if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
  }
  for (const item of items) if (item.querySelector("textarea").value || item.querySelector("[name^=finding]").checked) item.querySelector("details").open = true;
  told.textContent = form.dataset.kept;
};

// A phone's camera makes 8 MB; 1,600 px show what is wrong with a hall.
const smaller = async (file) => {
  const picture = await createImageBitmap(file);
  const share = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(picture.width * share), Math.round(picture.height * share)];
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
};

const draw = (item) => {
  const [id, place] = [item.dataset.item, item.querySelector("[data-thumbs]")];
  const kept = photos.get(id);
  item.querySelector("[data-photo-count]").textContent = kept.length ? `${kept.length}` : "";
  place.replaceChildren(...kept.map((shot, index) => {
    const figure = document.createElement("figure");
    const picture = document.createElement("img");
    picture.alt = shot.name;
    picture.src = URL.createObjectURL(shot.blob);
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", form.dataset.remove);
    button.addEventListener("click", () => { kept.splice(index, 1); put(item); });
    figure.append(picture, button);
    return figure;
  }));
};
const put = async (item) => {
  draw(item);
  await ask("readwrite", (table) => table.put(photos.get(item.dataset.item), keyOf(item.dataset.item)));
};
const add = async (item, input) => {
  for (const file of input.files) {
    try {
      photos.get(item.dataset.item).push({ name: file.name, blob: await smaller(file) });
    } catch { fault(item, form.dataset.unread); }
  }
  input.value = "";
  item.querySelector("details").open = true;
  await put(item);
  keep();
};

const fault = (item, words) => {
  const line = item.querySelector("[data-fault]");
  item.classList.toggle("bh-insp-wrong", Boolean(words));
  line.hidden = !words;
  line.querySelector("span").textContent = words;
  if (words) item.querySelector("details").open = true;
};
const refuse = (words) => {
  refusal.hidden = !words;
  refusal.querySelector("p").textContent = words;
};

let [busy, tries, timer] = [false, 0, 0];
const body = () => {
  const data = new FormData(form);
  for (const [id, kept] of photos) {
    data.delete(`photo-${id}`);
    for (const shot of kept) data.append(`photo-${id}`, shot.blob, shot.name.replace(/\.\w+$/, "") + ".jpg");
  }
  return data;
};
const forget = async () => {
  shelf.drop();
  for (const item of items) await ask("readwrite", (table) => table.delete(keyOf(item.dataset.item)));
  if ("caches" in window) await (await caches.open("bh-survey")).delete(location.pathname);
};
const later = () => {
  told.textContent = form.dataset.offline;
  clearTimeout(timer);
  timer = setTimeout(send, RETRY_S[Math.min(tries, RETRY_S.length - 1)] * 1000);
  tries += 1;
};
const answered = async (answer) => {
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return answer.status >= 500 ? later() : refuse(form.dataset.signin);
  const said = await answer.json();
  if (said.url) {
    await forget();
    return location.assign(said.url);
  }
  refuse(said.refusal);
  for (const item of items) fault(item, said.faults[`mark-${item.dataset.item}`] ?? "");
  (form.querySelector(".bh-insp-wrong") ?? refusal).scrollIntoView({ block: "start" });
};
const send = async () => {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  refuse("");
  told.textContent = form.dataset.sending;
  try {
    const answer = await fetch(location.pathname, { method: "POST", body: body(), headers: { Accept: "application/json" } });
    told.textContent = form.dataset.kept;
    await answered(answer);
  } catch {
    later();
  } finally {
    busy = false;
  }
};

form.addEventListener("input", (event) => {
  if (event.target.type === "file") return;
  const item = event.target.closest("[data-item]");
  if (item && event.target.type === "radio") {
    fault(item, "");
    const short = event.target.value !== "none" && Number(event.target.value) < Number(item.dataset.points);
    if (short) item.querySelector("details").open = true;
  }
  show();
  keep();
});
form.addEventListener("change", (event) => {
  if (event.target.type === "file") add(event.target.closest("[data-item]"), event.target);
  if (event.target.name?.startsWith("serious-") && event.target.checked) {
    form.elements[event.target.name.replace("serious", "finding")].checked = true;
    keep();
  }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  tries = 0;
  keep();
  send();
});
addEventListener("online", () => tries && send());

// Only where the browser allows it (https, or this machine): then a reload without network works too.
const keepPage = async () => {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(form.dataset.worker);
    const cache = await caches.open("bh-survey");
    const loaded = performance.getEntriesByType("resource").map((one) => one.name);
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((part) => part.href || part.src);
    const files = new Set([...parts, ...loaded].filter((url) => url.startsWith(`${location.origin}/static/`)));
    await Promise.all([location.pathname, ...files].map(async (url) => {
      const answer = await fetch(url, { cache: "force-cache" });
      if (answer.ok && !answer.redirected) await cache.put(url, answer);
    }));
    document.documentElement.dataset.kept = "";
  } catch { /* the sheet works without */ }
};

restore();
for (const item of items) {
  photos.set(item.dataset.item, (await ask("readonly", (table) => table.get(keyOf(item.dataset.item)))) ?? []);
  draw(item);
}
show();
form.dataset.ready = "";
keepPage();
