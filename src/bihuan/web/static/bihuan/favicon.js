// Title and icon carry the number of overdue cases, changed at most once in ten seconds.
const PAUSE_MS = 10000;
const link = document.getElementById("bh-favicon");
const plainTitle = document.title.replace(/^\(\d+\) /, "");
const plainIcon = link?.href;
let wanted = null;
let last = 0;
let timer = 0;

const icon = (count) => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const [ink, ground, red, label] = dark ? ["#E8EBF0", "#0E1117", "#E0505C", "#0E1117"] : ["#1B2130", "#F6F7F9", "#AE2033", "#FFFFFF"];
  const words = count > 9 ? "9+" : String(count);
  const size = words.length > 1 ? 8.5 : 11;
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">' +
    `<path d="M19.94 11.03A8 8 0 1 1 12.97 4.06" fill="none" stroke="${ink}" stroke-width="3.4" stroke-linecap="round"/>` +
    `<circle cx="16.5" cy="16.5" r="7.2" fill="${red}" stroke="${ground}" stroke-width="1.4"/>` +
    `<text x="16.5" y="${16.5 + size * 0.36}" text-anchor="middle" font-family="sans-serif" font-weight="600" font-size="${size}" fill="${label}">${words}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
};

const paint = () => {
  timer = 0;
  last = Date.now();
  document.title = wanted > 0 ? `(${wanted}) ${plainTitle}` : plainTitle;
  if (link) link.href = wanted > 0 ? icon(wanted) : plainIcon;
};

export const overdue = (count) => {
  wanted = Number(count) || 0;
  if (timer) return;
  timer = setTimeout(paint, Math.max(0, PAUSE_MS - (Date.now() - last)));
};

const now = document.title.match(/^\((\d+)\) /);
if (now) overdue(now[1]);
