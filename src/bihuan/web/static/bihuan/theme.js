// Light or dark: the cookie tells the server, so that the next page arrives in the right one.
import { remember } from "./words.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-toggle]");
  if (!button) return;
  event.preventDefault();
  const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
  root.dataset.bsTheme = next;
  remember("bh_theme", next);
  for (const each of document.querySelectorAll("[data-theme-toggle]")) each.setAttribute("aria-pressed", next === "dark");
  document.dispatchEvent(new CustomEvent("bh:theme", { detail: next }));
});
