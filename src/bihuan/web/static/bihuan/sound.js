// One short tone when something new is wrong, only for who has switched it on; made here, no file is loaded.
const HERTZ = 660;
const SECONDS = 0.25;
const QUIET_MS = 5000;
const LOUD = 0.2;

const on = document.body.classList.contains("bh-sound");
const known = new Map();
let context = null;
let last = -QUIET_MS;

// Browsers let a page sound only after somebody has touched it.
const allow = () => {
  context ??= new AudioContext();
  context.resume();
};

const tone = () => {
  if (!context || performance.now() - last < QUIET_MS) return;
  last = performance.now();
  const source = context.createOscillator();
  const volume = context.createGain();
  source.frequency.value = HERTZ;
  volume.gain.setValueAtTime(LOUD, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + SECONDS);
  source.connect(volume).connect(context.destination);
  source.start();
  source.stop(context.currentTime + SECONDS);
};

const shown = (key) => {
  const text = document.querySelector(`[data-live-count="${CSS.escape(key)}"]`)?.textContent;
  return text === undefined ? undefined : Number(text.replace(/\D/g, ""));
};

// More alarms, or a new notice for me.
export const listen = (values) => {
  if (!on) return;
  for (const [key, value] of Object.entries(values)) {
    if (key !== "bell" && !key.endsWith(".abnormal")) continue;
    const before = known.get(key) ?? shown(key);
    known.set(key, Number(value));
    if (before !== undefined && Number(value) > before) tone();
  }
};

if (on) for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, allow, { once: true });
