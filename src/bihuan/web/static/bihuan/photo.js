// Opening a photo in its place: a POST, because the server keeps a record of it. Without script the link leads to a
// page that asks first.
import { csrf } from "./words.js";

const fetched = async (url) => {
  const answer = await fetch(url, { method: "POST", headers: { "X-CSRFToken": csrf() } });
  const kind = answer.headers.get("Content-Type") ?? "";
  if (!answer.ok || !kind.startsWith("image/")) throw new Error(String(answer.status));
  return URL.createObjectURL(await answer.blob());
};

const show = (figure, address, words) => {
  const picture = document.createElement("img");
  picture.alt = words;
  picture.src = address;
  figure.querySelector("img")?.remove();
  figure.querySelector(".bh-photo-frame").prepend(picture);
  figure.classList.add("bh-photo-opened");
};

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-photo-open]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  try {
    show(link.closest(".bh-photo"), await fetched(link.href), link.dataset.alt);
  } catch {
    location.assign(link.href);
  }
});
