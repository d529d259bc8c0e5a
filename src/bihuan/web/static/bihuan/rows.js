// Rows of a table: the keyboard row, the selection and its tool bar, density, full screen.
import { toast } from "./toast.js";
import { csrf, remember, say } from "./words.js";

const rows = () => [...document.querySelectorAll("tr[data-row]")];
const cursor = () => document.querySelector("tr[data-cursor]");

export const move = (step) => {
  const all = rows();
  if (!all.length) return false;
  const here = all.indexOf(cursor());
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  cursor()?.removeAttribute("data-cursor");
  next.setAttribute("data-cursor", "");
  next.scrollIntoView({ block: "nearest" });
  const link = next.querySelector("a[href]");
  link?.focus({ preventScroll: true });
  return true;
};

export const open = () => {
  const row = cursor();
  const link = row?.querySelector("a[hx-get]") ?? row?.querySelector("a[href]");
  if (link) link.click();
  else if (row?.dataset.url) location.assign(row.dataset.url);
  return Boolean(row);
};

export const select = () => {
  const box = cursor()?.querySelector("input[name=ids]");
  box?.click();
  return Boolean(box);
};

const count = (form) => {
  const boxes = [...form.querySelectorAll("input[name=ids]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const bar = form.querySelector(".bh-toolbar");
  const page = form.querySelector("[data-check-page]");
  const shown = form.querySelector("[data-selected-count]");
  const all = form.querySelector("input[name=all]");
  bar?.toggleAttribute("data-selected", chosen > 0);
  if (shown && !all?.value) shown.textContent = chosen;
  if (!page) return;
  page.checked = boxes.length > 0 && chosen === boxes.length;
  page.indeterminate = chosen > 0 && chosen < boxes.length;
};

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-rows]");
  if (!form) return;
  const all = form.querySelector("input[name=all]");
  if (all) all.value = "";
  if (event.target.matches("[data-check-page]"))
    for (const box of form.querySelectorAll("input[name=ids]")) box.checked = event.target.checked;
  count(form);
});

const density = (button) => {
  const chosen = button.dataset.density;
  for (const each of button.parentElement.children) each.setAttribute("aria-pressed", each === button);
  for (const table of document.querySelectorAll(".bh-table[data-density]")) table.dataset.density = chosen;
  const url = button.parentElement.dataset.post;
  if (!url) return remember("bh_density", chosen);
  const body = new URLSearchParams({ density: chosen });
  fetch(url, { method: "POST", headers: { "X-CSRFToken": csrf() }, body }).catch(() => toast(say("failed")));
};

const selectAll = (button) => {
  const form = button.closest("form");
  for (const box of form.querySelectorAll("input[name=ids]")) box.checked = true;
  count(form);
  form.querySelector("input[name=all]").value = "1";
  form.querySelector("[data-selected-count]").textContent = button.textContent.match(/[\d,]+/)?.[0] ?? "";
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("button[data-density], [data-select-all], [data-fullscreen], [data-copy-link]");
  if (!target) return;
  if (target.dataset.density) density(target);
  else if ("selectAll" in target.dataset) selectAll(target);
  else if ("fullscreen" in target.dataset) document.body.classList.toggle("bh-fullscreen");
  else navigator.clipboard?.writeText(location.href).then(() => toast(say("copied")));
});

const start = () => document.querySelectorAll("form[data-rows]").forEach(count);
document.addEventListener("htmx:after:swap", start);
start();
