// Pictures to take away: PNG made of a page's SVG, and SVG and PNG of what the chart library has drawn.
// What is said around a chart stands in data- attributes of its box; nothing on the page is changed.
(function () {
  "use strict";
  const SPACE = "http://www.w3.org/2000/svg";
  const SCALE = 2;
  const WIDTH = 1160, PLOT = 520, EDGE = 28;
  const INK = "#14202e", QUIET = "#5b6877", LINE = "#dfe4ea";
  const FONT = '"Source Han Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif';

  class Refusal extends Error {} // its message is the name of what to tell: failed, unanswered, undrawn

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
  function svgBlob(text) {
    return new Blob([text], { type: "image/svg+xml;charset=utf-8" });
  }

  async function toPng(text) {
    const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const width = Number(root.getAttribute("width")), height = Number(root.getAttribute("height"));
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * SCALE);
    canvas.height = Math.round(height * SCALE);
    const pen = canvas.getContext("2d");
    pen.scale(SCALE, SCALE);
    pen.drawImage(image, 0, 0, width, height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!made) throw new Refusal("failed");
    return made;
  }

  async function takePicture(button) {
    const answer = await fetch(button.dataset.picture, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) throw new Refusal("unanswered");
    const named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
    const png = await toPng(await answer.text());
    save(png, (named ? named[1] : "picture.svg").replace(/\.svg$/, ".png"));
  }

  function element(name, attributes, text) {
    const made = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }
  // lines no wider than the room: between words, and between any two Chinese characters
  function wrapped(text, size, weight, room) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = weight + " " + size + "px " + FONT;
    const lines = [""];
    for (const piece of text.match(/[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+|\s+/g) || []) {
      if (lines.at(-1) && pen.measureText(lines.at(-1) + piece).width > room) lines.push("");
      lines[lines.length - 1] += piece;
    }
    return lines.map((one) => one.trim()).filter(Boolean);
  }

  async function chartSvg(chart) {
    const box = document.getElementById(chart);
    const drawn = box && (box.matches(".js-plotly-plot") ? box : box.querySelector(".js-plotly-plot"));
    if (!window.Plotly || !drawn || !drawn.data) throw new Refusal("undrawn");
    const said = box.closest("[data-title]").dataset;
    const size = { width: WIDTH - 2 * EDGE, height: PLOT };
    const copy = structuredClone({ data: drawn.data, layout: drawn.layout });
    Object.assign(copy.layout, size, { autosize: false });
    const coded = await window.Plotly.toImage({ ...copy, config: { staticPlot: true } }, { format: "svg", ...size });
    const plot = new DOMParser().parseFromString(decodeURIComponent(coded.slice(coded.indexOf(",") + 1)), "image/svg+xml");
    return framed(said, plot.documentElement);
  }

  function framed(said, plot) {
    const root = element("svg", { xmlns: SPACE, width: WIDTH, "font-family": FONT, role: "img", lang: document.documentElement.lang });
    root.append(element("title", {}, said.title), element("desc", {}, said.subtitle + " · " + said.foot));
    const page = element("rect", { x: 0, y: 0, width: WIDTH, fill: "#ffffff" });
    root.append(page);
    let y = EDGE;
    const put = (text, size, weight, fill, step, room) => {
      for (const line of wrapped(text, size, weight, room)) {
        y += size * step;
        root.append(element("text", { x: EDGE, y, "font-size": size, "font-weight": weight, fill }, line));
      }
    };
    const mark = said.mark || "";
    put(said.title, 22, 700, INK, 1.3, WIDTH - 2 * EDGE - (mark ? 110 : 0));
    if (mark) {
      root.append(element("text", { x: WIDTH - EDGE - 6, y: EDGE + 18, "font-size": 12, "text-anchor": "end", fill: INK }, mark));
      const wide = 14 * [...mark].length * (/[a-z]/.test(mark) ? 0.55 : 1) + 14;
      root.append(element("rect", { x: WIDTH - EDGE - wide, y: EDGE + 3, width: wide, height: 21, rx: 3, fill: "none", stroke: QUIET, "stroke-dasharray": "3 2" }));
    }
    put(said.subtitle, 13, 400, QUIET, 1.6, WIDTH - 2 * EDGE);
    if (said.legend) put(said.legend, 12.5, 400, INK, 1.7, WIDTH - 2 * EDGE);
    plot.setAttribute("x", EDGE);
    plot.setAttribute("y", y + 10);
    root.append(plot);
    y += 10 + PLOT + 14;
    root.append(element("line", { x1: EDGE, x2: WIDTH - EDGE, y1: y, y2: y, stroke: LINE }));
    put(said.foot, 11, 400, QUIET, 1.6, WIDTH - 2 * EDGE);
    const height = Math.ceil(y + EDGE * 0.8);
    root.setAttribute("height", height);
    root.setAttribute("viewBox", "0 0 " + WIDTH + " " + height);
    page.setAttribute("height", height);
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(root) + "\n";
  }

  async function takeChart(button) {
    const { chart, kind } = button.dataset;
    const text = await chartSvg(chart);
    const stem = document.getElementById(chart).closest("[data-stem]").dataset.stem;
    save(kind === "png" ? await toPng(text) : svgBlob(text), stem + "." + kind);
  }

  function tell(button, text) {
    const group = button.closest(".take");
    let told = group.querySelector(".take-fault");
    if (!told) {
      told = document.createElement("span");
      told.className = "take-fault";
      told.setAttribute("role", "alert");
      group.append(told);
    }
    told.textContent = text;
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest('[data-action="png"], [data-action="chart"]');
    if (!button || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    tell(button, "");
    try {
      await (button.dataset.action === "png" ? takePicture(button) : takeChart(button));
    } catch (error) {
      const said = button.closest(".take").dataset;
      tell(button, (error instanceof Refusal && said[error.message]) || said.failed);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
})();
