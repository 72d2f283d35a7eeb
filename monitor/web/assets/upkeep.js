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
      if (!next || next.isEqualNode(part)) continue;
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
  // the page at an address, as the browser itself loads one; null where there is none
  const load = (address) => new Promise((tell) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () => {
      const at = new URL(request.responseURL);
      if (request.status === 401 || at.pathname + at.search !== address) location.reload(); // the session has ended
      tell(request.status === 200 ? request.response : null);
    };
    request.onerror = () => tell(null); // the server is away; the next look may find it
    request.send();
  });
  async function look() {
    const address = location.pathname + location.search;
    if (asking || document.hidden || !due()) return;
    asking = true;
    const fresh = await load(address);
    if (fresh && address === location.pathname + location.search) replace(fresh);
    asking = false;
  }
  function plan() {
    const part = due();
    clearTimeout(timer);
    timer = setTimeout(() => look().finally(plan), 1000 * Math.max(LEAST, part ? Number(part.dataset.again) : LEAST));
  }
  plan();
})();
