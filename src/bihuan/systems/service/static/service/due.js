// A sheet that was begun on this device and not signed yet says so in the list.
for (const row of document.querySelectorAll("[data-draft-for]")) {
  try {
    row.querySelector("[data-draft]").hidden = localStorage.getItem(row.dataset.draftFor) === null;
  } catch { /* no storage: nothing was kept */ }
}
