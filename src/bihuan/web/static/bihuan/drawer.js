// The panel at the right: links with data-drawer load into it; Escape and × close it and give the focus back.
// It also takes a drawer that htmx put into the slot, and folds menus that lose the focus.
const slot = document.getElementById("bh-drawer-slot");
let opener = null;

export const close = () => {
  if (!slot?.firstElementChild) return false;
  slot.replaceChildren();
  opener?.focus?.();
  opener = null;
  return true;
};

const settle = () => {
  const panel = slot.querySelector(".bh-drawer");
  if (!panel) return;
  if (!panel.hasAttribute("tabindex")) panel.tabIndex = -1;
  panel.focus({ preventScroll: true });
};

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-drawer]");
  if (link && slot && window.htmx) {
    event.preventDefault();
    opener = link;
    window.htmx.ajax("GET", link.dataset.drawer || link.href, { target: "#bh-drawer-slot", swap: "innerHTML" });
  } else if (event.target.closest("[data-drawer-close]")) close();
  for (const menu of document.querySelectorAll("details.bh-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.bh-menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (!document.querySelector("dialog[open]")) close();
});

document.addEventListener("htmx:after:swap", (event) => {
  if (slot && event.target === slot) settle();
});

// "More" of the bottom bar opens the whole menu by its address; a second press closes it again.
document.querySelector("[data-nav-toggle]")?.addEventListener("click", (event) => {
  if (location.hash !== "#nav") return;
  event.preventDefault();
  location.hash = "";
});
