// What forms gain from scripts: dropping a file, progress while it is sent, one explanation for all queries, no double
// sending, and nothing typed lost while the app takes over. Every form works without them.
(function () {
  "use strict";

  // uploading
  function fault(form, text) {
    form.querySelector(".fault").textContent = text || "";
  }
  function busy(form, on) {
    form.classList.toggle("busy", on);
    form.querySelector(".upload-progress").hidden = !on;
    form.querySelector("button").disabled = on;
  }
  function send(form) {
    const field = form.querySelector('input[type="file"]');
    const file = field.files[0];
    if (!file || form.classList.contains("busy")) return;
    fault(form, "");
    const said = form.dataset;
    if (file.size > Number(said.limit)) {
      fault(form, said.large);
      field.value = "";
      return;
    }
    const bar = form.querySelector("progress");
    const told = form.querySelector(".upload-progress span");
    const body = new FormData(form);
    const asking = new XMLHttpRequest();
    asking.open("POST", form.getAttribute("action"));
    asking.setRequestHeader("Accept", "application/json");
    asking.upload.addEventListener("progress", (event) => {
      const share = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
      bar.value = share;
      told.textContent = share < 100 ? said.sending + " " + share + "%" : said.reading;
      if (share === 100) bar.removeAttribute("value");
    });
    asking.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(asking.responseText); } catch (error) { /* said below */ }
      if (asking.status === 401) { // the session has ended; nothing of a file is kept
        const here = encodeURIComponent(location.pathname + location.search);
        location.assign("/login?unsent=1&next=" + here);
        return;
      }
      if (asking.status === 200 && answer.location) {
        location.assign(answer.location);
        return;
      }
      busy(form, false);
      const chinese = document.documentElement.lang.startsWith("zh");
      fault(form, (chinese ? answer.zh : answer.en) || (asking.status === 413 ? said.large : said.lost));
      field.value = "";
    });
    asking.addEventListener("error", () => {
      busy(form, false);
      fault(form, said.lost);
    });
    busy(form, true);
    bar.value = 0;
    told.textContent = said.sending;
    asking.send(body);
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "upload-file") send(event.target.form);
    if (event.target.id === "choose-all") {
      for (const box of document.querySelectorAll('#queue-form input[name="ids"]')) box.checked = event.target.checked;
    }
  });
  function zoneOf(event) {
    return event.target.closest ? event.target.closest(".drop") : null;
  }
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const zone = zoneOf(event);
      const form = document.getElementById("upload-form");
      if (!form) return;
      event.preventDefault(); // a file dropped beside the zone must not replace the page
      form.querySelector(".drop").classList.toggle("over", kind === "dragover" && Boolean(zone));
      if (kind !== "drop" || !event.dataTransfer.files.length) return;
      const field = form.querySelector('input[type="file"]');
      field.files = event.dataTransfer.files;
      send(form);
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "upload-form") {
      event.preventDefault();
      send(form);
      return;
    }
    if (form.method !== "post") return;
    keep(form);
    if (form.dataset.sent) event.preventDefault(); // a second click while the first is under way
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });

  // what is sent after the session's end does not arrive: what was typed waits in this window until its page is back
  const KEPT = "typed";
  const TYPED = "textarea, select, input:is([type=text], [type=search], [type=date], [type=checkbox], [type=radio])";
  // by its name, for while the first paint stands, a form of the same name stands before that of the page
  const formOf = (field) => field.getAttribute("form") || (field.form ? field.form.id : "");
  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
  const who = () => (document.querySelector(".who-name") || {}).textContent;
  function keep(form) {
    const fields = [...form.elements].filter((field) => field.name && field.matches(TYPED)).map((field) =>
      isChoice(field) ? [field.name, field.value, field.checked] : [field.name, null, field.value]);
    const said = JSON.stringify({ path: location.pathname, who: who(), form: form.id, fields });
    try { sessionStorage.setItem(KEPT, said); } catch (error) { /* private window */ }
  }
  let isLookedFor = false;
  function bringBack() {
    if (isLookedFor || !document.getElementById("ready")) return;
    isLookedFor = true;
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
    } catch (error) { /* private window */ }
    if (!kept || kept.path !== location.pathname || kept.who !== who()) return;
    // where the page of the form itself led here, or what it is answered with once, it has arrived
    const from = document.referrer ? new URL(document.referrer).pathname : "";
    if (from === kept.path || from.startsWith("/shown/")) return;
    const fields = [...document.querySelectorAll("#page :is(input, textarea, select)[name]")];
    const theirs = fields.filter((field) => formOf(field) === kept.form && field.matches(TYPED));
    if (!theirs.length) return;
    for (const [name, value, given] of kept.fields) {
      for (const field of theirs) {
        if (field.name !== name) continue;
        if (value === null) field.value = given;
        else if (field.value === value) field.checked = given;
      }
    }
    const notice = document.querySelector("#page .kept");
    notice.hidden = false;
    notice.querySelector("[role=status]").textContent = notice.dataset.said;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest('[data-action="close"]')) event.target.closest(".kept").hidden = true;
    const button = event.target.closest('[data-action="fill-all"]');
    if (!button) return;
    const text = document.getElementById("explain-all").value.trim();
    for (const box of document.querySelectorAll("textarea.answer")) if (!box.value.trim()) box.value = text;
  });

  // the app draws the page anew: what has been typed or chosen by then moves over, by the fields' names
  const typed = new Map();
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.name || document.getElementById("ready")) return;
    typed.set(formOf(field) + "|" + field.name + "|" + (field.type === "checkbox" || field.type === "radio" ? field.value : ""), field);
  });
  function restore() {
    for (const scriptOnly of document.querySelectorAll("[data-action='fill-all'][hidden], #choose-all[hidden]")) scriptOnly.hidden = false;
    if (!document.getElementById("ready") || !typed.size) return;
    for (const field of document.querySelectorAll("#page :is(input, textarea, select)[name]")) {
      const before = typed.get(formOf(field) + "|" + field.name + "|" + (isChoice(field) ? field.value : ""));
      if (!before) continue;
      if (isChoice(field)) field.checked = before.checked;
      else if (field.type === "file") field.files = before.files;
      else field.value = before.value;
    }
    typed.clear();
  }
  new MutationObserver(() => (restore(), bringBack())).observe(document.body, { childList: true, subtree: true });
})();
