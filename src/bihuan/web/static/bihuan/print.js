// The button of the print view; the browser's own command does the same.
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
