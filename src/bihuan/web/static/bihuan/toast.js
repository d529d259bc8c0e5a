// One message at a time; eight seconds with countdown, unless it waits for something. Undo posts and reloads.
import { csrf, say } from "./words.js";

const region = document.getElementById("bh-toasts");
const queue = [];
let timer = 0;

const clear = () => {
  clearInterval(timer);
  region.replaceChildren();
  if (queue.length) show(queue.shift());
};

const show = (toast) => {
  region.replaceChildren(toast);
  let left = Number(toast.dataset.seconds);
  if (!left) return;
  const shown = toast.querySelector("[data-toast-left]");
  const step = () => {
    if (toast.matches(":hover, :focus-within")) return;
    left -= 1;
    if (left <= 0) return clear();
    if (shown) shown.textContent = say("seconds", { n: left });
  };
  clearInterval(timer);
  timer = setInterval(step, 1000);
};

export const toast = (text, { seconds = 8, id = "" } = {}) => {
  if (!region) return;
  const made = document.createElement("div");
  made.className = "bh-toast";
  made.role = "status";
  made.dataset.seconds = seconds;
  if (id) made.dataset.toastId = id;
  const words = document.createElement("span");
  words.textContent = text;
  made.append(words);
  show(made);
};

export const withdraw = (id) => {
  if (region?.querySelector(`[data-toast-id="${id}"]`)) clear();
};

const undo = async (button) => {
  button.disabled = true;
  try {
    const answer = await fetch(button.dataset.undoUrl, { method: "POST", headers: { "X-CSRFToken": csrf() } });
    if (!answer.ok) throw new Error(String(answer.status));
    location.reload();
  } catch {
    toast(say("failed"));
  }
};

if (region) {
  queue.push(...region.children);
  region.replaceChildren();
  if (queue.length) show(queue.shift());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-undo-url]");
    if (button) undo(button);
  });
  document.addEventListener("htmx:error", () => toast(say("failed")));
}
