// The wall's clock, and its rotation: every 30 s to the next page, but only while nothing is wrong here.
import { now } from "./elapsed.js";

const ROTATE_MS = 30000;
const face = document.querySelector("[data-clock]");

if (face) {
  const zone = document.querySelector('meta[name="bh-now"]').content.match(/([+-])(\d\d):(\d\d)$/);
  const minutes = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
  const show = () => {
    face.textContent = new Date(now() + minutes * 60000).toISOString().slice(11, 16);
  };
  show();
  setInterval(show, 1000);
}

const next = document.body.dataset.wallNext;
if (next)
  setInterval(() => {
    const breach = document.querySelector(".bh-wall-urgent .bh-tone-red, .bh-wall-board .bh-tone-red, #bh-banner:not([hidden])");
    if (!breach) location.assign(next);
  }, ROTATE_MS);
