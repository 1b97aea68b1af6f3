/* A draft, checked without being stored: its gaps first, each with the wording that would close it. */
(function () {
  "use strict";
  var root = document.getElementById("check"), input = document.getElementById("file"), drop = document.getElementById("drop");
  var status = document.getElementById("said"), known = document.getElementById("known"), problem = document.getElementById("problem");
  var words = {}, draft = null, given = {}, found = null, asked = 0;
  document.getElementById("words").content.querySelectorAll("[data-w]").forEach(function (one) { words[one.dataset.w] = one.textContent; });

  function make(tag, text, kind) {
    var made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = window.luoshi.seen(text);
    if (kind) made.className = kind;
    return made;
  }
  function put(into) {
    Array.prototype.slice.call(arguments, 1).forEach(function (one) { if (one) into.appendChild(one); });
    return into;
  }
  function filled(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, function (whole, name) { return values[name] === undefined ? whole : values[name]; });
  }
  function form() {
    var made = new FormData();
    made.append("file", draft, draft.name);
    Object.keys(given).forEach(function (name) { if (given[name]) made.append(name, given[name]); });
    return made;
  }

  function gap(one) {
    var row = make("li", null, "lack g-" + one.severity), head = make("p", null, "lack-head");
    put(head, make("span", words["kind-" + one.kind], "chip kind-" + one.kind));
    if (one.task || one.item) put(head, make("b", one.task ? one.task.split("/")[1] : one.item));
    put(row, put(head, make("bdi", one.take_up ? one.take_up.wording : one.upper_text || one.lower_text || "")));
    if (one.take_up) {
      var where = one.take_up.where === "new_item" && !one.take_up.heading ? "anywhere" : one.take_up.where;
      var place = filled(words["where_" + where], { item: one.take_up.item, heading: one.take_up.heading });
      put(row, put(make("p", null, "take-up"), make("small", words.take_up), make("bdi", place)));
    }
    if (one.lower_text && one.upper_text) put(row, put(make("p"), make("small", words.your_text), make("bdi", one.lower_text)));
    return put(row, make("p", one.explanation, "note"));
  }

  function cover(item) {
    var row = make("tr"), tasks = item.tasks.filter(function (task) { return task.applies_to === "city"; });
    var full = tasks.filter(function (task) { return task.coverage === "full"; }).length;
    return put(row, make("td", item.number, "num"), put(make("td", null, "grow"), make("bdi", item.title)), put(make("td"), make("span", words["verdict-" + item.verdict], "chip v-" + item.verdict)), make("td", tasks.length ? full + "/" + tasks.length : "", "num"));
  }
  function show(body) {
    found = body;
    var upper = body.against, own = body.draft, sums = document.getElementById("sums"), list = document.getElementById("gaps");
    document.getElementById("about").textContent = window.luoshi.seen(filled(words.check_about, { name: own.name, year: own.year, upper: upper.name, upper_year: upper.year, items: own.items.length }));
    sums.textContent = "";
    ["full", "partial", "none"].forEach(function (level) {
      put(sums, put(make("span", words["coverage-" + level] + " ", "key k-" + level), make("b", body.coverage.summary[level])));
    });
    if (own.doubts.length) put(sums, make("span", filled(words.doubts_of_draft, { count: own.doubts.length })));
    list.textContent = "";
    // What can be put right stands before what is only worth knowing.
    body.gaps.filter(function (one) { return one.kind !== "unreviewed"; }).forEach(function (one) { list.appendChild(gap(one)); });
    document.getElementById("count").textContent = list.children.length;
    document.getElementById("none").hidden = list.children.length > 0;
    var rows = document.querySelector("#cover tbody");
    rows.textContent = "";
    body.coverage.items.forEach(function (item) { rows.appendChild(cover(item)); });
    document.getElementById("result").hidden = false;
    known.hidden = true;
    document.getElementById("about").focus();
  }
  async function check() {
    var mine = asked += 1;
    document.getElementById("result").hidden = true;
    problem.textContent = "";
    status.textContent = filled(words.draft_sent, { file: window.luoshi.seen(draft.name) });
    try {
      var answer = await window.luoshi.send(root.dataset.checks, form(), function (part) {
        if (part === 1) status.textContent = filled(words.draft_read, { file: window.luoshi.seen(draft.name) });
      });
      if (mine !== asked) return;
      status.textContent = window.luoshi.seen(draft.name);
      if (answer.status === 200) return show(answer.body);
      problem.textContent = window.luoshi.problem(answer.body);
    } catch (error) {
      problem.textContent = error.message;
    }
    known.hidden = false;
  }
  function take(files) {
    if (!files.length) return;
    draft = files[0];
    given = {};
    check();
  }
  input.addEventListener("change", function () { take(Array.from(input.files)); input.value = ""; });
  ["dragenter", "dragover"].forEach(function (name) {
    drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add("on"); });
  });
  drop.addEventListener("dragleave", function () { drop.classList.remove("on"); });
  drop.addEventListener("drop", function (event) {
    event.preventDefault();
    drop.classList.remove("on");
    take(Array.from(event.dataTransfer.files));
  });
  known.addEventListener("submit", function (event) {
    event.preventDefault();
    if (!draft) return;
    given = {};
    ["adcode", "name", "domain", "year"].forEach(function (name) { given[name] = known.elements.namedItem(name).value.trim(); });
    given.adcode = given.adcode.split(/\s/)[0];
    check();
  });

  function save(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  function stem() { return found.draft.plan + "-check"; }
  document.getElementById("as-json").addEventListener("click", function () {
    save(new Blob([JSON.stringify(found, null, 2)], { type: "application/json" }), stem() + ".json");
  });
  document.getElementById("as-docx").addEventListener("click", async function () {
    var answer = await window.luoshi.send(root.dataset.checks + "?format=docx", form(), null, true);
    if (answer.status === 200) return save(answer.body, stem() + ".docx");
    problem.textContent = window.luoshi.problem(answer.body);
    known.hidden = false;
  });
})();
