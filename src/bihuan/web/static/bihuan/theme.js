// Light or dark: the cookie tells the server, so that the next page arrives in the right one.
import { remember } from "./words.js";

const root = document.documentElement;

const paint = (theme) => {
  root.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("bh:theme", { detail: theme }));
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-toggle]");
  if (!button) return;
  event.preventDefault();
  const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
  paint(next);
  remember("bh_theme", next);
  for (const each of document.querySelectorAll("[data-theme-toggle]")) each.setAttribute("aria-pressed", next === "dark");
});

// Paper is white: charts are drawn in the light theme while the page is printed.
let screenTheme = "";
addEventListener("beforeprint", () => {
  screenTheme = root.dataset.bsTheme;
  if (screenTheme === "dark") paint("light");
});
addEventListener("afterprint", () => {
  if (screenTheme === "dark") paint("dark");
});
