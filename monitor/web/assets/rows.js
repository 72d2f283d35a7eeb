// A long table draws only the rows in sight: two empty rows keep the room of all others, and what scrolls into view is
// asked for. Without scripts the links below the table lead from one window of rows to the next.
(function () {
  "use strict";
  const AROUND = 40; // rows drawn before and after those in sight
  const asked = new WeakMap();

  function gap(rows, height, span) {
    const row = document.createElement("tr");
    row.className = "rows-gap";
    row.setAttribute("aria-hidden", "true");
    const cell = document.createElement("td");
    cell.colSpan = span;
    row.append(cell);
    row.style.height = `${rows * height}px`;
    return row;
  }
  function drawn(table) {
    return [...table.tBodies[0].rows].filter((row) => row.className !== "rows-gap");
  }
  function layOut(table, first, rows) {
    const height = Number(table.dataset.height), total = Number(table.dataset.total), span = table.tHead.rows[0].cells.length;
    const after = total - first - rows.length;
    table.dataset.first = first;
    table.tBodies[0].replaceChildren(
      ...(first ? [gap(first, height, span)] : []), ...rows, ...(after > 0 ? [gap(after, height, span)] : []));
    if (table.dataset.roving !== undefined) {
      const links = rows.flatMap((row) => [...row.querySelectorAll("a")]);
      links.forEach((found, place) => { found.tabIndex = place ? -1 : 0; });
    }
  }
  function tell(table) {
    const told = table.closest("section").querySelector(".tree-place");
    const [top, bottom] = sight(table), last = Math.min(bottom, Number(table.dataset.total));
    told.textContent = told.dataset.text.replace("{first}", top + 1).replace("{last}", last);
  }
  function sight(table) {
    const box = table.parentElement, height = Number(table.dataset.height);
    const head = table.tHead.offsetHeight;
    const first = Math.floor(box.scrollTop / height);
    return [first, first + Math.ceil((box.clientHeight - head) / height)];
  }
  function look(table) {
    const [top, bottom] = sight(table), total = Number(table.dataset.total);
    const first = Number(table.dataset.first), after = first + drawn(table).length;
    const near = 10;
    if ((first === 0 || first <= top - near) && (after >= total || after >= bottom + near)) return;
    const wanted = Math.max(0, top - AROUND);
    ask(table, wanted, Math.min(total, bottom + AROUND));
  }
  function ask(table, first, after) {
    const key = `${first}-${after}`;
    if (asked.get(table) === key) return;
    asked.set(table, key);
    const url = table.dataset.rows;
    fetch(`${url}${url.includes("?") ? "&" : "?"}first=${first}&after=${after}`, { credentials: "same-origin" })
      .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then((found) => {
        if (asked.get(table) !== key || !table.isConnected) return;
        const held = document.activeElement, row0 = table.contains(held) ? held.closest("tr[aria-rowindex]") : null;
        const focus = row0 && [row0.getAttribute("aria-rowindex"), [...row0.querySelectorAll("a")].indexOf(held)];
        layOut(table, found.first, found.rows.map(window.monitor_build));
        const row = focus && table.querySelector(`tr[aria-rowindex="${focus[0]}"]`);
        const link = row && row.querySelectorAll("a")[focus[1]];
        if (link) { link.tabIndex = 0; link.focus({ preventScroll: true }); }
        look(table);
      })
      .catch(() => {
        asked.delete(table);
        table.closest("section").querySelector(".tree-place").textContent = table.dataset.failed;
      });
  }
  function begin() {
    for (const table of document.querySelectorAll("#page table[data-rows]:not([data-height])")) {
      const rows = drawn(table);
      if (!rows.length) continue;
      table.dataset.height = rows[0].getBoundingClientRect().height;
      const first = Number(table.dataset.first);
      table.parentElement.classList.add("scripted-rows");
      layOut(table, first, rows);
      if (first) table.parentElement.scrollTop = first * Number(table.dataset.height);
      tell(table);
      look(table);
    }
  }
  document.addEventListener("scroll", (event) => {
    const table = event.target.querySelector ? event.target.querySelector(":scope > table[data-height]") : null;
    if (table) window.requestAnimationFrame(() => { tell(table); look(table); });
  }, true);
  new MutationObserver(begin).observe(document.documentElement, { attributes: true, attributeFilter: ["data-ready"] });
})();
