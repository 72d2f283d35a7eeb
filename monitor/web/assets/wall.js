// The wall turns its slides: each is asked of the server anew, and a server that is away is waited for.
(function () {
  "use strict";
  const root = document.documentElement;
  const RETRY = 5000; // until the server is asked again
  const PATIENCE = 12000; // for a slide that was asked for
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let paused = false;
  let due = 0; // when the next slide is
  let shown = null; // the address whose slide is on the wall
  let waiting = 0; // since when a slide has been asked for, 0 for none
  let asking = false;

  const wall = () => document.querySelector("#page .wall");
  const here = () => location.pathname + location.search;

  function tell(isAway) {
    const notice = document.querySelector("#page .wall-notice");
    if (notice) notice.hidden = !isAway;
  }
  function dress() {
    const slide = wall();
    if (!slide) return;
    for (const button of slide.querySelectorAll("[data-wall]")) button.hidden = false;
    slide.classList.toggle("is-paused", paused);
    const button = slide.querySelector('[data-wall="pause"]');
    button.setAttribute("aria-pressed", String(paused));
  }
  async function show(address) {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch("/healthz", { cache: "no-store" });
      if (!answer.ok) throw new Error("away");
    } catch (error) {
      tell(true);
      due = Date.now() + RETRY;
      asking = false;
      return;
    }
    asking = false;
    tell(false);
    if (address === here()) {
      location.reload(); // a wall of one slide
      return;
    }
    waiting = Date.now();
    history.replaceState({}, "", address); // days of slides are no history
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }
  function pause(on) {
    paused = on;
    if (!paused && wall()) due = Date.now() + 1000 * Number(wall().dataset.seconds);
    dress();
  }
  function leave() {
    if (document.fullscreenElement) document.exitFullscreen();
    window.dash_clientside.monitor.goTo(wall().dataset.leave);
  }

  // a new slide stands
  new MutationObserver(() => {
    const slide = wall();
    if (!slide || root.dataset.ready === shown) return;
    shown = root.dataset.ready;
    waiting = 0;
    due = Date.now() + 1000 * Number(slide.dataset.seconds);
    dress();
  }).observe(root, { attributes: true, attributeFilter: ["data-ready"] });

  setInterval(() => {
    const slide = wall();
    if (!slide) {
      shown = null;
      return;
    }
    const now = Date.now();
    if (waiting && now - waiting > PATIENCE) { // asked for, and never came
      waiting = 0;
      fetch("/healthz", { cache: "no-store" }).then(() => location.reload(), () => { tell(true); waiting = Date.now() - PATIENCE + RETRY; });
      return;
    }
    const clock = slide.querySelector(".wall-clock");
    const left = Math.max(0, due - now) / (1000 * Number(slide.dataset.seconds));
    if (!calm.matches) clock.style.transform = "scaleX(" + (paused ? 0 : Math.max(0, 1 - left)) + ")";
    if (!paused && !waiting && due && now >= due) show(slide.dataset.next);
  }, 250);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-wall]");
    if (!button) return;
    if (button.dataset.wall === "pause") pause(!paused);
    if (button.dataset.wall === "full") {
      if (document.fullscreenElement) document.exitFullscreen();
      else root.requestFullscreen().catch(() => {});
    }
  });
  document.addEventListener("keydown", (event) => {
    const slide = wall();
    if (!slide || event.altKey || event.ctrlKey || event.metaKey) return;
    const onControl = event.target.closest("a, button");
    if (event.key === " " && !onControl) pause(!paused);
    else if (event.key === "ArrowRight" || event.key === "PageDown") show(slide.dataset.next);
    else if (event.key === "ArrowLeft" || event.key === "PageUp") show(slide.dataset.previous);
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
  });
})();
