// While an account is typed, causes whose keywords stand in it are offered first; nothing is chosen for anybody.
const MOST = 3;
const LATIN = /[a-z0-9]/;
const plain = (text) => text.normalize("NFKC").toLowerCase();

// The same rule as kernel/rules/causes.py: a word in Latin letters counts as a whole word only.
const holds = (said, word) => {
  const before = LATIN.test(word[0]) ? "(?<![a-z0-9])" : "";
  const after = LATIN.test(word.at(-1)) ? "(?![a-z0-9])" : "";
  return new RegExp(before + word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") + after).test(said);
};

const found = (select, said) =>
  [...select.querySelectorAll("option[data-words]")]
    .map((option) => ({ option, words: option.dataset.words.split("、").map(plain).filter((word) => word && holds(said, word)) }))
    .filter((hit) => hit.words.length)
    .sort((a, b) => b.words.length - a.words.length || b.words.join("").length - a.words.join("").length)
    .slice(0, MOST);

const offer = (select, said) => {
  const group = select.querySelector("[data-suggested]");
  const holder = select.closest(".bh-field");
  const hits = found(select, said);
  if (!hits.length) return;
  const names = hits.map(({ option, words }) => `${option.textContent.trim()}（${words.join("、")}）`);
  const chosen = select.value;
  group.replaceChildren(...hits.map(({ option }, n) => new Option(names[n], option.value)));
  group.hidden = false;
  select.value = chosen;
  holder.querySelector("[data-suggested-names]").textContent = names.join(", ");
  holder.querySelector("[data-suggested-note]").hidden = false;
};

document.querySelectorAll("select[data-causes]").forEach((select) => {
  const text = document.getElementById(select.dataset.causes);
  text?.addEventListener("input", () => offer(select, plain(text.value)));
});
