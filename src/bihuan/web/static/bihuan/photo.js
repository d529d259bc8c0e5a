// Opening a photo in its place. The server logs the opening; without script the link opens it as a page of its own.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-photo-open]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const figure = link.closest(".bh-photo");
  const picture = figure.querySelector("img") ?? document.createElement("img");
  picture.removeAttribute("loading");
  picture.alt = link.dataset.alt;
  picture.addEventListener("load", () => figure.classList.add("bh-photo-opened"), { once: true });
  picture.addEventListener("error", () => location.assign(link.href), { once: true });
  picture.src = link.href;
  figure.querySelector(".bh-photo-frame").prepend(picture);
});
