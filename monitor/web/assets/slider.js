// A range whose stops are periods: it moves to the page of the one it is left at, and keeps focus and place meanwhile.
(function () {
  "use strict";
  const root = document.documentElement;
  const WAIT = 220; // milliseconds after the last key before the page is asked for
  let waiting = 0;
  let kept = null;

  const isSlider = (node) => node.matches && node.matches("input[data-slider]");
  const codeOf = (slider) => slider.dataset.codes.split(" ")[slider.value - slider.min];

  function say(slider) {
    const code = codeOf(slider);
    slider.setAttribute("aria-valuetext", code);
    const shown = slider.form && slider.form.querySelector("output");
    if (shown) shown.textContent = code;
  }
  function move(address, focus) {
    if (address === location.pathname + location.search) return;
    kept = { address, focus, left: scrollX, top: scrollY };
    history.pushState({}, "", address);
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }
  document.addEventListener("input", (event) => {
    if (isSlider(event.target)) say(event.target);
  });
  document.addEventListener("change", (event) => {
    const slider = event.target;
    if (!isSlider(slider) || !document.getElementById("ready")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      move(slider.dataset.to.replace("PERIOD", encodeURIComponent(codeOf(slider))), "#" + slider.id);
    }, WAIT);
  });
  // the steps beside it move as it does, without going to the top of the page
  document.addEventListener("click", (event) => {
    const step = event.target.closest("a[data-slide]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!step || !plain || !document.getElementById("ready")) return;
    event.preventDefault();
    event.stopPropagation();
    move(step.getAttribute("href"), 'a[data-slide="' + step.dataset.slide + '"]');
  }, true);

  new MutationObserver(() => {
    if (!kept || root.dataset.ready !== kept.address) return;
    const again = document.querySelector(kept.focus) || document.querySelector("input[data-slider]");
    if (again) again.focus({ preventScroll: true });
    scrollTo(kept.left, kept.top);
    kept = null;
  }).observe(root, { attributes: true, attributeFilter: ["data-ready"] });
})();
