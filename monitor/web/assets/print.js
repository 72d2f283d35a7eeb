// A chart drawn at the window's width fits the sheet: for the time of printing its drawing scales like a picture.
(function () {
  "use strict";
  const drawings = () => document.querySelectorAll(".js-plotly-plot .main-svg");

  window.addEventListener("beforeprint", () => {
    for (const drawing of drawings()) {
      const width = Number(drawing.getAttribute("width")), height = Number(drawing.getAttribute("height"));
      if (!width || !height) continue;
      drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
      drawing.parentElement.style.setProperty("--drawn", `${width} / ${height}`);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const drawing of drawings()) drawing.removeAttribute("viewBox");
  });
})();
