// The page of codes: its one button prints it.
document.querySelector("[data-print]").addEventListener("click", () => print());
