// Draws a tree of plain elements: [tag, attributes, ...children] or a text, all as JSON. Elements are made one by one; no HTML is parsed.
(function () {
  "use strict";
  function build(node) {
    if (typeof node === "string") return document.createTextNode(node);
    const [tag, attributes, ...children] = node;
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "style") element.style.cssText = value;
      else element.setAttribute(name, value);
    }
    element.append(...children.map(build));
    return element;
  }
  function Tree(props) {
    const place = React.useRef(null);
    React.useLayoutEffect(() => {
      place.current.replaceChildren(...JSON.parse(props.tree).map(build));
    }, [props.tree]);
    return React.createElement("div", { ref: place, className: "tree" });
  }
  window.monitor_components = { Tree };
  window.monitor_build = build; // for rows that come later (rows.js)
})();
