// The page without a mouse. Single keys, never while typing; a person can switch them off.
import { move, open, select } from "./rows.js";
import { toast } from "./toast.js";
import { say } from "./words.js";

const OFF = "bh-keys-off";
const GO = { h: "/", c: "/cases/" };
let waitingForGo = 0;

const byAccount = document.body.classList.contains(OFF) ? "1" : "0";

const off = () => (localStorage.getItem(OFF) ?? byAccount) === "1";
const show = () => document.body.classList.toggle(OFF, off());

const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

const press = (key) => {
  const inDrawer = document.querySelector(`.bh-drawer [data-key="${CSS.escape(key)}"]`);
  const button = inDrawer ?? document.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  if (!button || button.offsetParent === null) return false;
  button.click();
  return true;
};

const undo = () => {
  const button = document.querySelector("[data-undo-url]");
  button?.click();
  return Boolean(button);
};

const search = () => {
  const field = document.getElementById("bh-search");
  field?.focus();
  return Boolean(field);
};

const help = () => {
  const dialog = document.getElementById("bh-keys");
  if (dialog && !dialog.open) dialog.showModal();
  return Boolean(dialog);
};

const KEYS = { "/": search, "?": help, j: () => move(1), k: () => move(-1), o: open, x: select, z: undo };

const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || off()) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (waitingForGo && Date.now() - waitingForGo < 1200 && GO[event.key]) {
    event.preventDefault();
    location.assign(GO[event.key]);
    return;
  }
  waitingForGo = event.key === "g" ? Date.now() : 0;
  const done = KEYS[event.key]?.() || (event.key.length === 1 && press(event.key));
  if (done) event.preventDefault();
};

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-toggle]")) return;
  localStorage.setItem(OFF, off() ? "0" : "1");
  show();
  toast(say(off() ? "keys_off" : "keys_on"));
});
show();
