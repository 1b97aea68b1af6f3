/* Review: decide a link, and the next one stands there. Everything is asked of the public API; the pictures of a link
   and of the queue are parts of this same page, fetched ahead. */
(function () {
  "use strict";
  var page = document.getElementById("review");
  if (!page) return;
  var AHEAD = 3, FEW = 5, STALE_AFTER = 20000;
  var api = page.dataset.api, base = page.dataset.base, filters = new URLSearchParams(window.location.search);
  filters.delete("part");
  var says = {};
  document.getElementById("says").content.querySelectorAll("[data-say]").forEach(function (one) { says[one.dataset.say] = one.textContent; });
  var fetched = new Map(), skipped = new Set(), decided = [], busy = false, readAt = Date.now();

  function now() { return document.getElementById("case"); }
  function queue() { return document.getElementById("queue"); }
  function rows() { return Array.from(queue().querySelectorAll(".rows a")); }
  function row(id) { return rows().find(function (one) { return one.dataset.id === id; }); }
  function say(key, words) {
    var text = says[key] || "";
    Object.keys(words || {}).forEach(function (name) { text = text.replace("{" + name + "}", words[name]); });
    return text;
  }
  function tell(text) { document.getElementById("said").textContent = luoshi.seen(text); }
  function warn(text) {
    var place = document.getElementById("warned");
    place.textContent = luoshi.seen(text);
    place.hidden = !text;
  }

  /* Parts of this page */
  async function part(name, id) {
    var query = new URLSearchParams(filters);
    query.set("part", name);
    var answer = await fetch(base + (id ? "/" + encodeURIComponent(id) : "") + "?" + query, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(name);
  }
  function load(id) {
    if (!fetched.has(id)) {
      var asked = part("case", id).catch(function () {
        fetched.delete(id);
        return null;
      });
      fetched.set(id, asked);
    }
    return fetched.get(id);
  }
  function mark() {
    var id = now().dataset.id;
    rows().forEach(function (one) {
      var here = one.dataset.id === id;
      if (here) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
      one.tabIndex = -1;
      one.classList.toggle("skipped", skipped.has(one.dataset.id));
    });
    var at = row(id) || rows()[0];
    if (at) {
      at.tabIndex = 0;
      at.scrollIntoView({ block: "nearest" });
    }
  }
  function seen() {
    now().querySelectorAll(".source").forEach(function (text) {
      var found = text.querySelector("mark");
      if (found) text.scrollTop = Math.max(0, found.offsetTop - text.offsetTop - text.clientHeight / 3);
    });
  }
  async function show(id) {
    var made = await load(id);
    if (!made) return false;
    put(made);
    window.history.replaceState(null, "", base + "/" + encodeURIComponent(id) + (filters.toString() ? "?" + filters : ""));
    ahead();
    return true;
  }
  function put(made) {
    now().replaceWith(document.importNode(made, true));
    mark();
    seen();
    now().focus({ preventScroll: true });
  }
  function left() {
    return rows().filter(function (one) { return !one.dataset.done && one.dataset.id !== now().dataset.id; });
  }
  function coming() {
    var all = left(), at = rows().indexOf(row(now().dataset.id));
    var fresh = all.filter(function (one) { return !skipped.has(one.dataset.id); });
    var behind = fresh.filter(function (one) { return rows().indexOf(one) > at; });
    // What was skipped comes round again when there is nothing else.
    return behind.concat(fresh.filter(function (one) { return !behind.includes(one); }), all.filter(function (one) { return skipped.has(one.dataset.id); }));
  }
  function ahead() {
    coming().slice(0, AHEAD).forEach(function (one) { load(one.dataset.id); });
    var keep = coming().slice(0, 4 * AHEAD).map(function (one) { return one.dataset.id; });
    fetched.forEach(function (_, id) { if (!keep.includes(id)) fetched.delete(id); });
  }
  async function refresh() {
    var made = await part("queue").catch(function () { return null; });
    if (!made) return;
    readAt = Date.now();
    var versions = new Map(rows().map(function (one) { return [one.dataset.id, one.dataset.version]; }));
    queue().replaceWith(document.importNode(made, true));
    rows().forEach(function (one) {
      if (versions.get(one.dataset.id) !== one.dataset.version) fetched.delete(one.dataset.id);
    });
    mark();
  }
  async function next() {
    if (left().length < FEW && Number(queue().dataset.waiting) > Number(queue().dataset.shown)) await refresh();
    for (var other = coming()[0]; other; other = coming()[0]) {
      if (await show(other.dataset.id)) return;
      other.dataset.done = "gone";
    }
    await refresh();
    if (coming().length) {
      await show(coming()[0].dataset.id);
      return;
    }
    var empty = document.createElement("article"), words = document.createElement("p");
    empty.id = "case";
    empty.className = "case done";
    empty.tabIndex = -1;
    words.className = "empty";
    words.textContent = says.queue_done;
    empty.append(words);
    now().replaceWith(empty);
    empty.focus();
  }

  /* Deciding */
  function count(before) {
    if (!["proposed", "stale"].includes(before)) return;
    fewer(1);
    var figures = queue().querySelector(".progress"), found = figures.dataset;
    found.decided = Number(found.decided) + 1;
    found.today = Number(found.today) + 1;
    found.mine = Number(found.mine) + 1;
    found.mineToday = Number(found.mineToday) + 1;
    figures.querySelector("progress").value = Number(found.decided);
    figures.querySelector('[data-p="decided"]').textContent = say("progress", { decided: found.decided, total: found.total });
    figures.querySelector('[data-p="today"]').textContent = say("progress_today", { today: found.today });
    figures.querySelector('[data-p="mine"]').textContent = say("progress_mine", { mine: found.mine, mine_today: found.mineToday });
  }
  function fewer(by) {
    queue().dataset.waiting = Math.max(0, Number(queue().dataset.waiting) - by);
    queue().querySelector("h2 small").textContent = say("queue_count", { count: queue().dataset.waiting });
  }
  function patch(id, version, body) {
    return luoshi.api("PATCH", api + "/links/" + encodeURIComponent(id), body, { "If-Match": '"' + version + '"' });
  }
  // Resolves to whether it is decided now. What somebody else decided meanwhile is told, and left alone.
  async function decide(about, body) {
    var answer;
    warn("");
    try {
      answer = await patch(about.id, about.version, body);
    } catch (error) {
      warn(says.offline);
      return false;
    }
    fetched.delete(about.id);
    if (answer.status === 200) {
      var line = row(about.id);
      if (line) {
        line.dataset.done = body.status;
        line.dataset.version = answer.body.version;
      }
      skipped.delete(about.id);
      count(about.status);
      return true;
    }
    if (answer.status === 412 || answer.status === 404) {
      warn(say("elsewhere", { what: about.what, detail: answer.body.detail }));
      await refresh();
      if (row(about.id) && about.status === "proposed") row(about.id).dataset.done = "gone";
      await next();
      return false;
    }
    warn(say("failed", { what: about.what, detail: answer.body.detail }));
    return false;
  }
  async function settle(body, undoing) {
    var about = Object.assign({}, now().dataset);
    if (!(await decide(about, body))) return;
    // Whoever calls an undoing off can still ask for it again.
    if (undoing) decided.pop();
    else decided.push(about.id);
    tell(say(body.status, { what: about.what }));
    await next();
  }
  async function confirm(correction) {
    var about = now().dataset, body = Object.assign({ status: "confirmed" }, correction);
    if (about.asks || about.status === "confirmed") {
      var why = await luoshi.dialogs.reason("confirm", says.reason_confirm + " " + about.what, false);
      if (!why) return;
      body.reason = why;
    }
    await settle(body, false);
  }
  async function reject(undoing) {
    var why = await luoshi.dialogs.reason("reject", says.reason_reject + " " + now().dataset.what, undoing);
    if (why) await settle({ status: "rejected", reason: why }, undoing);
  }
  async function undo() {
    var id = decided[decided.length - 1];
    if (!id) {
      tell(says.undo_none);
      return;
    }
    fetched.delete(id);
    if (!(await show(id))) {
      decided.pop();
      warn(says.gone);
      return;
    }
    var line = row(id);
    if (line) delete line.dataset.done;
    if (now().dataset.status === "confirmed") {
      await reject(true);
    } else if (now().dataset.status === "rejected") {
      var why = await luoshi.dialogs.reason("confirm", says.reason_confirm + " " + now().dataset.what, true);
      if (why) await settle({ status: "confirmed", reason: why }, true);
    }
  }
  // The other place first: if that cannot be, nothing has changed.
  async function take(button) {
    var other = button.dataset, about = Object.assign({}, now().dataset), state = says.confirmed_word, answer = null;
    var why = says.other_reason + " " + other.other;
    warn("");
    try {
      if (other.link && ["proposed", "stale"].includes(other.status)) {
        answer = await patch(other.link, other.version, { status: "confirmed" });
      } else if (other.link && other.status === "rejected") {
        answer = await patch(other.link, other.version, { status: "confirmed", reason: why });
      } else if (!other.link || other.status === "withdrawn") {
        var wanted = { upper: about.upper, lower: other.other, evidence: { lower: { start: Number(other.start), end: Number(other.end) } } };
        if (about.coverage) wanted.coverage = about.coverage;
        else wanted.strength = about.strength;
        answer = await luoshi.api("POST", api + "/links", wanted, { "Idempotency-Key": luoshi.dialogs.once() });
        state = says.proposed;
        // With four eyes nobody confirms what he proposed himself.
        if (answer.status === 201 && !page.dataset.fourEyes) {
          answer = await patch(answer.body.id, answer.body.version, { status: "confirmed" });
          state = says.confirmed_word;
        }
      }
    } catch (error) {
      warn(says.offline);
      return;
    }
    if (answer && answer.status >= 400) {
      warn(say("failed", { what: other.other, detail: answer.body.detail }));
      fetched.delete(about.id);
      return;
    }
    if (other.link) {
      fetched.delete(other.link);
      if (row(other.link)) row(other.link).dataset.done = "confirmed";
    }
    if (!(await decide(about, { status: "rejected", reason: why }))) return;
    decided.push(about.id);
    tell(say("other", { what: about.what, other: other.other, state: state }));
    await next();
  }
  async function many() {
    var answer = await luoshi.dialogs.many(Object.assign({}, now().dataset), api, page.dataset.plan, filters, says);
    if (!answer) return;
    var refused = answer.results.filter(function (one) { return one.outcome !== "decided"; });
    tell(say("batch", { decided: answer.decided, changed: answer.changed, refused: answer.refused + answer.not_found }));
    warn(refused.slice(0, FEW).map(function (one) { return one.detail; }).join(" "));
    fetched.clear();
    await refresh();
    if (row(now().dataset.id)) await show(now().dataset.id);
    else await next();
  }

  /* Hands */
  var acts = {
    confirm: function () { return confirm(); },
    correct: function (button) { return confirm(now().dataset.coverage ? { coverage: button.dataset.as } : { strength: button.dataset.as }); },
    reject: function () { return reject(false); },
    others: async function () { now().querySelector("[data-other]").focus(); },
    skip: async function () {
      skipped.add(now().dataset.id);
      tell(say("skipped", { what: now().dataset.what }));
      await next();
    },
    undo: undo,
    many: many,
    help: function () { return luoshi.dialogs.keys(); },
  };
  var KEYS = { y: "confirm", p: "correct", n: "reject", o: "others", s: "skip", u: "undo", m: "many", "?": "help" };

  // One thing at a time: nobody decides what he has not seen yet.
  async function act(name, button) {
    if (busy || (button && button.disabled)) return;
    busy = true;
    page.setAttribute("aria-busy", "true");
    try {
      await acts[name](button);
    } catch (error) {
      warn(says.offline);
    } finally {
      busy = false;
      page.removeAttribute("aria-busy");
    }
    if (!document.activeElement || document.activeElement === document.body) now().focus();
  }
  page.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-do]"), other = event.target.closest("button[data-other]");
    var line = event.target.closest(".rows a");
    if (button) {
      act(button.dataset.do, button);
    } else if (other) {
      acts.take = function () { return take(other); };
      act("take", other);
    } else if (line && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      acts.open = function () { return show(line.dataset.id); };
      act("open");
    }
  });
  function walk(event, all) {
    var at = all.indexOf(event.target), to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined || !all[to]) return;
    event.preventDefault();
    all.forEach(function (one) { if (one.matches("a")) one.tabIndex = -1; });
    all[to].tabIndex = 0;
    all[to].focus();
  }
  document.addEventListener("keydown", function (event) {
    if (document.querySelector("dialog[open]") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.matches("input, select, textarea")) return;
    if (event.key === "Escape") {
      now().focus();
      return;
    }
    if (event.target.matches(".rows a")) walk(event, rows());
    else if (event.target.matches("[data-other]")) walk(event, Array.from(now().querySelectorAll("[data-other]")));
    if (event.target !== document.body && !page.contains(event.target)) return;
    var name = KEYS[event.key.toLowerCase()];
    if (!name || event.repeat || !luoshi.dialogs.singleKeys()) return;
    var button = now().querySelector('[data-do="' + name + '"]');
    if (!button && name !== "undo") return;
    event.preventDefault();
    act(name, button);
  });
  page.addEventListener("gapdecided", function () { fetched.delete(now().dataset.id); });
  window.addEventListener("focus", function () {
    if (!busy && Date.now() - readAt > STALE_AFTER) refresh();
  });

  mark();
  seen();
  ahead();
  if (now().dataset.id) now().focus({ preventScroll: true });
})();
