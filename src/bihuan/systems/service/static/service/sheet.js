// The score as it stands while the sheet is filled; the server computes it again by the same rule.
const sheet = document.querySelector("[data-sheet]");
const shown = document.querySelector("[data-sheet-total]");

const markOf = (item) => item.querySelector("input:checked, select")?.value ?? "";

const total = () => {
  let given = 0;
  let weight = 0;
  let broken = false;
  for (const item of sheet.querySelectorAll("[data-points]")) {
    const mark = markOf(item);
    if (mark === "") return null;
    if (mark === "none") continue;
    broken ||= "veto" in item.dataset && Number(mark) === 0;
    given += Number(mark);
    weight += Number(item.dataset.points);
  }
  if (broken) return 0;
  return weight ? (100 * given) / weight : null;
};

if (sheet && shown) {
  const show = () => {
    const found = total();
    shown.textContent = found === null ? "—" : found.toFixed(1);
  };
  sheet.addEventListener("change", show);
  show();
}
