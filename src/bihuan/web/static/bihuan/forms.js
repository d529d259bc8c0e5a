// Forms keep what was typed (form[data-draft="key"]), say what is wrong where it is, and ask only for what cannot be undone.
import { toast } from "./toast.js";
import { say } from "./words.js";

const PREFIX = "bh-draft:";
const KEPT = "input:not([type=password], [type=file], [type=hidden], [type=checkbox], [type=radio]), textarea, select";

const fields = (form) => [...form.querySelectorAll(KEPT)].filter((field) => field.name);

const restore = (form) => {
  const kept = JSON.parse(localStorage.getItem(PREFIX + form.dataset.draft) ?? "{}");
  let restored = false;
  for (const field of fields(form)) {
    if (kept[field.name] === undefined || field.value !== field.defaultValue || kept[field.name] === field.value) continue;
    if (field.tagName === "SELECT") continue;
    field.value = kept[field.name];
    restored = true;
  }
  if (restored) toast(say("draft"));
};

const keep = (form) => {
  const values = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify(values));
};

const mark = (field) => {
  if (!field.willValidate) return;
  const wrong = !field.validity.valid;
  const holder = field.closest(".bh-field");
  const shown = holder?.querySelector("[data-live-error]");
  field.toggleAttribute("aria-invalid", wrong);
  if (wrong) field.setAttribute("aria-invalid", "true");
  shown?.remove();
  if (!wrong || !holder) return;
  const line = document.createElement("p");
  line.className = "bh-field-error";
  line.dataset.liveError = "";
  line.textContent = field.validationMessage;
  holder.append(line);
};

const focusFirstError = () => {
  const first = document.querySelector("main [aria-invalid=true], main .errorlist + input, .bh-form-errors");
  if (!first) return;
  if (!first.hasAttribute("tabindex") && !first.matches("input, select, textarea")) first.tabIndex = -1;
  first.focus();
};

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) keep(form);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.(".bh-form :is(input, select, textarea)") && event.target.value) mark(event.target);
});
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (event.target.dataset?.draft) localStorage.removeItem(PREFIX + event.target.dataset.draft);
});

document.querySelectorAll("form[data-draft]").forEach(restore);
if (!document.querySelector("[data-chart-canvas]")) focusFirstError();
