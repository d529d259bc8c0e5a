// A recording without the mouse: space plays and pauses, arrows seek five seconds. Never while typing or choosing.
const player = document.querySelector("[data-player]");
const STEP_S = 5;
const busy = (target) => target.closest("input:not([type=checkbox]), textarea, select, button, summary, a, audio, dialog[open]");

const seek = (seconds) => {
  const end = Number.isFinite(player.duration) ? player.duration : Infinity;
  player.currentTime = Math.min(Math.max(player.currentTime + seconds, 0), end);
};
const toggle = () => (player.paused ? player.play() : player.pause());
const KEYS = { " ": toggle, ArrowLeft: () => seek(-STEP_S), ArrowRight: () => seek(STEP_S) };

if (player) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || busy(event.target) || !KEYS[event.key]) return;
    if (document.body.classList.contains("bh-keys-off")) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  document.addEventListener("click", (event) => {
    const step = event.target.closest("[data-seek]");
    if (step) seek(Number(step.dataset.seek));
    if (event.target.closest("[data-play]")) toggle();
  });
  document.querySelector("[data-speed]")?.addEventListener("change", (event) => {
    player.playbackRate = Number(event.target.value);
  });
}
