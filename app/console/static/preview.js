/* A preview: settle its doubts, correct its lines and elements, store or discard it. Each correction is read at once, and
   the page shows what it changes. */
(function () {
  "use strict";
  var root = document.getElementById("preview"), said = root.dataset, problem = document.getElementById("problem");
  var corrections = JSON.parse(said.corrections), busy = false;

  function tell(words) {
    problem.textContent = words;
    problem.hidden = false;
    problem.scrollIntoView({ block: "nearest" });
  }
  // Ask, and go on where that went well; else say why, where one looks.
  async function ask(method, path, body, headers, then) {
    if (busy) return;
    busy = true;
    root.classList.add("busy");
    problem.hidden = true;
    try {
      var answer = await window.luoshi.api(method, path, body, headers);
      if (answer.status >= 400) tell(window.luoshi.problem(answer.body));
      else return then(answer.body);
    } catch (error) {
      tell(document.body.dataset.offline);
    }
    busy = false;
    root.classList.remove("busy");
  }
  function change(patch, place) {
    ask("PATCH", said.address, patch, { "If-Match": '"' + said.version + '"' }, function () {
      var to = said.here + (place === null ? "" : "?place=" + place);
      window.sessionStorage.setItem("luoshi:scroll", [said.here, window.scrollY, document.querySelector(".settle").scrollTop].join(" "));
      window.location.replace(to);
    });
  }
  function line(start, end, kind, level) {
    var lines = (corrections.lines || []).filter(function (one) { return one.start < start || one.start >= end; });
    if (kind) lines.push(level ? { start: start, kind: kind, level: level } : { start: start, kind: kind });
    change({ corrections: { lines: lines } }, start);
  }

  // What a line is: a menu beside it (WAI-ARIA, menu button).
  var menu = null, opener = null;
  function close(back) {
    if (!menu) return;
    menu.remove();
    menu = null;
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus();
  }
  function open(button) {
    close(false);
    opener = button;
    menu = document.getElementById("kinds").content.firstElementChild.cloneNode(true);
    menu.setAttribute("aria-label", button.textContent);
    button.setAttribute("aria-expanded", "true");
    button.parentNode.appendChild(menu);
    if (menu.getBoundingClientRect().bottom > window.innerHeight) menu.classList.add("up");
    menu.firstElementChild.focus();
  }
  document.getElementById("lines").addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.getAttribute("role") !== "menuitem") return open(button);
    line(Number(opener.dataset.start), Number(opener.dataset.end), button.dataset.kind, Number(button.dataset.level) || 0);
  });
  document.addEventListener("click", function (event) { if (!event.target.closest(".ln")) close(false); });
  document.addEventListener("keydown", function (event) {
    if (!menu) return;
    var items = Array.from(menu.children), at = items.indexOf(document.activeElement);
    var to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close(event.key === "Escape");
    if (to === undefined) return;
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  });
  // One stop for the Tab key in the whole text; the arrow keys walk from line to line.
  var stops = Array.from(document.querySelectorAll(".ln > button"));
  function stop(button, focus) {
    stops.forEach(function (one) { one.tabIndex = -1; });
    button.tabIndex = 0;
    if (focus) button.focus();
  }
  document.getElementById("lines").addEventListener("keydown", function (event) {
    var at = menu ? -1 : stops.indexOf(event.target), to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    if (stops[to]) stop(stops[to], true);
  });

  document.querySelectorAll(".choices button").forEach(function (button) {
    button.addEventListener("click", function () { line(Number(button.dataset.start), Number(button.dataset.end), button.dataset.kind, 0); });
  });
  function patched(group, field, value, name) {
    var one = {};
    one[field] = value;
    if (group === "identity") {
      if (field === "adcode") one.name = name || null;
      return one;
    }
    return { corrections: { metadata: one } };
  }
  document.querySelectorAll("[data-keep]").forEach(function (button) {
    button.addEventListener("click", function () {
      var value = button.dataset.keep === "year" ? Number(button.dataset.value) : button.dataset.value;
      change(patched(button.dataset.group, button.dataset.keep, value), null);
    });
  });
  document.querySelectorAll("[data-fix]").forEach(function (button) {
    button.addEventListener("click", function () {
      var form = button.closest("tr").querySelector(".fix");
      form.hidden = !form.hidden;
      if (!form.hidden) form.querySelector("input, select").focus();
    });
  });
  document.querySelectorAll(".fix").forEach(function (form) {
    var field = form.dataset.field, group = form.dataset.group;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var value = form.elements[field].value.trim();
      // "371300 临沂市", as the list offers it.
      if (field === "adcode") value = value.split(/\s/)[0];
      if (field === "year") value = Number(value);
      change(patched(group, field, value, form.elements.name && form.elements.name.value.trim()), null);
    });
    form.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") return;
      form.hidden = true;
      form.closest("tr").querySelector("[data-fix]").focus();
    });
    var back = form.querySelector("[data-back]");
    if (back) back.addEventListener("click", function () { change(patched(group, field, null), null); });
  });

  var store = document.getElementById("store"), discard = document.getElementById("discard");
  if (store) store.addEventListener("click", function () {
    var digest = store.dataset.digest, key = window.luoshi.once(said.address + digest);
    ask("POST", said.address + "/confirmation", { digest: digest }, { "Idempotency-Key": key }, function (done) {
      window.location.href = said.onward + "/" + encodeURIComponent(done.plan) + "/linking";
    });
  });
  discard.addEventListener("click", function () {
    if (discard.dataset.sure === undefined) {
      discard.dataset.sure = "";
      discard.textContent = said.sure;
      return;
    }
    ask("DELETE", said.address, undefined, { "If-Match": '"' + said.version + '"' }, function () { window.location.href = said["import"]; });
  });

  // Where one was before the correction, or where a link leads to.
  var kept = (window.sessionStorage.getItem("luoshi:scroll") || "").split(" "), focus = document.getElementById("l" + said.focus);
  window.sessionStorage.removeItem("luoshi:scroll");
  if (stops.length) stop(focus ? focus.querySelector("button") : stops[0], false);
  if (kept[0] === said.here) {
    window.scrollTo(0, Number(kept[1]));
    document.querySelector(".settle").scrollTop = Number(kept[2]);
  } else if (focus) {
    focus.scrollIntoView({ block: "center" });
  }
  if (focus) {
    focus.classList.add("here");
    focus.querySelector("button").focus({ preventScroll: kept[0] === said.here });
  }
})();
