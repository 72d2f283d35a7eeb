// Arrow keys move between the cells of the matrix, and Tab passes it in one step. Without this every cell is a stop.
(function () {
  "use strict";
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  function cells(table) {
    return [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a")));
  }
  function rove() {
    for (const table of document.querySelectorAll("#page table:is(.matrix, .tree-one):not([data-roving])")) {
      table.dataset.roving = "";
      const all = [...table.tBodies[0].querySelectorAll("a")];
      all.forEach((cell, place) => { cell.tabIndex = place ? -1 : 0; });
    }
  }
  document.addEventListener("keydown", (event) => {
    const table = event.target.closest ? event.target.closest("table:is(.matrix, .tree-one) tbody") : null;
    if (!table || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = cells(table.parentElement);
    const row = rows.findIndex((found) => found.includes(event.target));
    if (row < 0) return;
    let down = row;
    let along = rows[row].indexOf(event.target);
    if (event.key === "Home") along = 0;
    else if (event.key === "End") along = rows[row].length - 1;
    else if (STEPS[event.key]) {
      do { // over what is no link
        down += STEPS[event.key][0];
        along += STEPS[event.key][1];
      } while (rows[down] && along in rows[down] && !rows[down][along]);
    } else return;
    event.preventDefault();
    const next = rows[down] && rows[down][along];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  new MutationObserver(rove).observe(document.documentElement, { attributes: true, attributeFilter: ["data-ready"] });
})();
