// While something runs, a page looks again by itself: parts that are marked as live are taken from a fresh copy of the
// page, and all others, with what is typed in them, stay as they are.
(function () {
  "use strict";
  const LEAST = 1; // seconds
  let timer = null;
  let asking = false;

  const due = () => document.querySelector("#page [data-again]");

  function replace(fresh) {
    const focused = document.activeElement ? document.activeElement.id : "";
    for (const part of document.querySelectorAll("#page [data-live][id]")) {
      const next = fresh.getElementById(part.id);
      if (!next || next.innerHTML === part.innerHTML && next.dataset.again === part.dataset.again) continue;
      const holds = part.contains(document.activeElement);
      part.replaceWith(document.importNode(next, true));
      const again = holds && focused ? document.getElementById(focused) : null;
      if (again) again.focus({ preventScroll: true });
    }
    const title = fresh.querySelector("h1"), shown = document.querySelector("#page h1");
    if (title && shown && title.textContent !== shown.textContent) {
      shown.replaceChildren(...document.importNode(title, true).childNodes);
      document.title = document.getElementById("ready").dataset.title = fresh.title;
    }
  }
  async function look() {
    const address = location.pathname + location.search;
    if (asking || document.hidden || !due()) return;
    asking = true;
    try {
      const answer = await fetch(address, { cache: "no-store" });
      const text = answer.ok && !answer.redirected ? await answer.text() : "";
      if (answer.redirected) location.reload(); // the session has ended
      if (text && address === location.pathname + location.search) {
        replace(new DOMParser().parseFromString(text, "text/html"));
      }
    } catch (error) { /* the server is away; the next look may find it */ }
    asking = false;
  }
  function plan() {
    const part = due();
    clearTimeout(timer);
    timer = setTimeout(() => look().finally(plan), 1000 * Math.max(LEAST, part ? Number(part.dataset.again) : LEAST));
  }
  plan();
})();
