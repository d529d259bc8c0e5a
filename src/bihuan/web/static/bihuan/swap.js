// Puts one changed element in place: keeps focus, selection and scroll, flashes once, tells it politely.
import { say } from "./words.js";

const QUIET_MS = 10000;
const announcer = document.getElementById("bh-announce");
let changed = 0;
let timer = 0;

const announce = () => {
  changed += 1;
  if (timer || !announcer) return;
  timer = setTimeout(() => {
    announcer.textContent = say("changed", { n: changed });
    changed = 0;
    timer = 0;
  }, QUIET_MS);
};

const pathTo = (root, element) => {
  const steps = [];
  for (let at = element; at !== root; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
  return steps;
};

const focusAgain = (root, path) => path.reduce((at, index) => at?.children[index], root)?.focus?.({ preventScroll: true });

export const swap = (id, html) => {
  const old = document.getElementById(id);
  if (!old) return;
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const fresh = holder.content.firstElementChild;
  if (!fresh || fresh.outerHTML === old.dataset.sent) return;
  const sent = fresh.outerHTML;
  const path = old.contains(document.activeElement) ? pathTo(old, document.activeElement) : null;
  if (old.hasAttribute("data-cursor")) fresh.setAttribute("data-cursor", "");
  const box = old.querySelector("input[name=ids]");
  const freshBox = fresh.querySelector("input[name=ids]");
  if (box?.checked && freshBox) freshBox.checked = true;
  old.replaceWith(fresh);
  fresh.dataset.sent = sent;
  window.htmx?.process(fresh);
  if (path) focusAgain(fresh, path);
  fresh.classList.add("bh-flash");
  fresh.addEventListener("animationend", () => fresh.classList.remove("bh-flash"), { once: true });
  announce();
};

export const counts = (values) => {
  for (const [key, value] of Object.entries(values)) {
    for (const element of document.querySelectorAll(`[data-live-count="${CSS.escape(key)}"]`)) {
      element.textContent = typeof value === "number" ? value.toLocaleString("en-US").replace("-", "−") : value;
      element.toggleAttribute("data-zero", !value || value === "0");
    }
  }
};
