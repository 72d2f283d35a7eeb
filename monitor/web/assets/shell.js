// What a page needs besides its components: the hand-over from the first paint, the theme, the link, notes that close.
(function () {
  "use strict";
  const root = document.documentElement;

  // The charting script is ours; the renderer would set another address here.
  const plotly = document.querySelector('meta[name="plotly-script"]');
  if (plotly) {
    Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => plotly.content, set: () => {} });
  }

  // theme: a cookie, so that the server's first paint already wears it; without one the system's
  function isDark() {
    const chosen = root.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }
  function wear() {
    root.dataset.mantineColorScheme = isDark() ? "dark" : "light";
  }
  function choose(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    const age = theme === "auto" ? 0 : 31536000;
    document.cookie = "theme=" + theme + "; path=/; max-age=" + age + "; samesite=lax";
    try { localStorage.setItem("mantine-color-scheme-value", theme); } catch (error) { /* private window */ }
    wear();
  }
  try { localStorage.setItem("mantine-color-scheme-value", root.dataset.theme || "auto"); } catch (error) { /* private window */ }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", wear);
  wear();

  // a link may lead to a place on a page that was not there when it was followed
  function toAnchor() {
    const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (place) place.scrollIntoView();
  }

  // hand-over: the app has drawn what the first paint shows
  let shown = null;
  function handOver() {
    const ready = document.getElementById("ready");
    if (!ready) return;
    const first = document.getElementById("first-paint");
    if (first) first.remove();
    wear();
    document.title = ready.dataset.title;
    root.lang = ready.dataset.language;
    const address = ready.dataset.address, isNew = shown !== address;
    if (shown !== null && shown.split("?")[0] !== address.split("?")[0]) {
      const main = document.getElementById("main");
      if (main) main.focus({ preventScroll: true });
    }
    shown = root.dataset.ready = address;
    if (isNew) toAnchor();
  }

  // the libraries' own drawings, which say nothing: the search box's arrow, and what the chart library measures letters with
  function hush() {
    const mute = "#js-plotly-tester:not([aria-hidden]), [class*=ComboboxChevron-]:not([aria-hidden])";
    for (const one of document.querySelectorAll(mute)) one.setAttribute("aria-hidden", "true");
  }
  new MutationObserver(() => (handOver(), hush())).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-address"] });

  function copyText(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea"); // plain http, as inside most closed networks
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    return Promise.resolve();
  }
  function fullAddress(language) {
    const address = new URL(location.href);
    address.searchParams.set("lang", language);
    return address.href;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    const link = event.target.closest('a[href^="/"]');
    const isFile = link && (link.hasAttribute("download") || /^\/(download|paper|picture|table)\//.test(link.getAttribute("href")));
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link && plain && !isFile && document.getElementById("ready")) {
      event.preventDefault();
      goTo(link.getAttribute("href"));
    }
    if (!button) return;
    if (button.dataset.action === "theme") choose(button.dataset.theme);
    if (button.dataset.action === "print") window.print();
    if (button.dataset.action === "copy") {
      copyText(fullAddress(button.dataset.language)).then(() => {
        button.classList.add("done");
        setTimeout(() => button.classList.remove("done"), 1600);
      });
    }
  });

  // a session that has ended: the server leads from this address to signing in, and back to it
  const send = window.fetch;
  // too many ask at once: the page is asked for again when the server says, and goes on loading meanwhile
  const ask = async (place, ...more) => {
    for (let times = 0; ; times += 1) {
      const answer = await send(place, ...more);
      const wait = answer.status === 503 && Number(answer.headers.get("Retry-After"));
      if (!wait || wait > 30 || times > 4 || !answer.url.includes("/_dash-update-component")) return answer;
      await new Promise((go) => { setTimeout(go, 1000 * wait); });
    }
  };
  window.fetch = (...asked) => ask(...asked).then((answer) => {
    if (answer.status !== 401) return answer;
    location.reload();
    // Dash would report a fault on the page that is being left
    return answer.url.includes("/_dash-update-component") ? new Promise(() => {}) : answer;
  });

  // moving within the app; where no answer comes, the server is asked for the page itself, which says what is wrong
  let moves = 0;
  function goTo(address) {
    history.pushState({}, "", address);
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    if (!address.includes("#")) scrollTo(0, 0); // a place of the page that is shown stays in view
    follow();
  }
  function follow() {
    moves += 1;
    setTimeout(lookForServer, 700, moves);
    setTimeout(insist, 3000, moves);
  }
  const arrived = () => root.dataset.ready === location.pathname + location.search;
  // a server that is away is said at once, over the page that is still shown; a reload would lose that page
  function tellAway(isAway) {
    for (const notice of document.querySelectorAll(".away")) {
      notice.hidden = !isAway;
      notice.querySelector("[role=alert]").textContent = isAway ? notice.dataset.said : "";
    }
  }
  function askServer() {
    return fetch("/healthz", { cache: "no-store" }).then((answer) => answer.ok, () => false);
  }
  async function lookForServer(move) {
    if (move !== moves) return;
    if (arrived()) tellAway(false);
    else if (!(await askServer()) && move === moves) tellAway(true);
  }
  async function tryAgain() {
    if (await askServer()) location.reload();
  }
  addEventListener("popstate", follow);
  addEventListener("online", () => { if (document.querySelector(".away:not([hidden])")) tryAgain(); });
  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-action="again"]')) tryAgain();
    if (event.target.closest('[data-action="stay"]')) history.back();
  });
  async function insist(move) {
    if (move !== moves || arrived()) return;
    if (document.querySelector('#page[data-dash-is-loading="true"]')) setTimeout(insist, 1000, move);
    else if (await askServer()) location.reload();
    else tellAway(true);
  }
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    monitor: {
      goTo(value) {
        if (!value) return;
        const address = new URL(value, location.href);
        if (address.pathname === "/search" && asked) address.searchParams.set("q", asked);
        goTo(address.pathname + address.search);
      },
      goToDay(day) {
        const address = new URL(location.href);
        const now = address.searchParams.get("as_of");
        if ((day || null) === now) return;
        if (day) address.searchParams.set("as_of", day);
        else address.searchParams.delete("as_of");
        goTo(address.pathname + address.search);
      },
    },
  });

  // finds by name, code, English name and pinyin; names that begin with it first; last the search over everything
  let asked = ""; // what a person typed: the box itself writes there too
  document.addEventListener("input", (event) => {
    if (event.target.id === "search") asked = event.target.value.trim();
  });
  // Tab leaves the box for what follows it: its list closes with it, and would take the focus along
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.target.id !== "search") return;
    const lists = document.querySelectorAll('.search-slot [role="listbox"]');
    for (const list of lists) list.tabIndex = -1;
    setTimeout(() => { for (const list of lists) list.tabIndex = 0; });
  }, true);
  window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, {
    findPlace({ options, search }) {
      const typed = search.trim().normalize("NFKC").toLowerCase();
      const short = /^[a-z]{1,2}$/.test(typed); // a letter or two only begin a word
      const found = (text) => (short ? (" " + text).includes(" " + typed) : text.includes(typed));
      const matches = (one) => !typed || found(one.label.toLowerCase()) || found(one.keys || "");
      const first = (one) => (one.label.toLowerCase().replace(/^\d+ /, "").startsWith(typed) ? 0 : 1);
      const everything = options[options.length - 1].items[0];
      return [
        ...options.slice(0, -1).map((group) => ({
          ...group, items: group.items.filter(matches).sort((one, other) => first(one) - first(other)),
        })),
        { ...options[options.length - 1],
          items: [typed ? { ...everything, label: everything.keys.replace("{q}", search.trim()) } : everything] },
      ].filter((group) => group.items.length);
    },
  });
})();
