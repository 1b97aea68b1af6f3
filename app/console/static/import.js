/* Files dropped or chosen: each is sent, read, and opened as a preview; the service answers in words what it cannot read. */
(function () {
  "use strict";
  var drop = document.getElementById("drop"), input = document.getElementById("files"), table = document.getElementById("progress");
  var said = drop.dataset, waiting = [], busy = false, sent = 0, links = [];

  function cell(row, name) {
    var made = row.insertCell();
    if (name) made.className = name;
    return made;
  }
  function add(file) {
    table.hidden = false;
    var row = table.tBodies[0].insertRow(), name = cell(row), state = cell(row, "grow"), next = cell(row);
    name.textContent = window.luoshi.seen(file.name);
    state.textContent = said.wait;
    waiting.push({ file: file, state: state, next: next });
  }
  async function one(entry) {
    var form = new FormData(), bar = document.createElement("progress");
    form.append("file", entry.file, entry.file.name);
    bar.max = 1;
    bar.value = 0;
    entry.state.textContent = said.sent + " ";
    bar.setAttribute("aria-label", said.sent);
    entry.state.appendChild(bar);
    var answer = await window.luoshi.send(said.previews, form, function (part) {
      bar.value = part;
      if (part === 1) entry.state.textContent = said.reading;
    });
    if (answer.status !== 201) throw new Error(window.luoshi.problem(answer.body));
    var found = answer.body, name = [found.identity.name.value, found.identity.year.value].filter(Boolean).join(" ");
    var open = found.doubts.length + found.identity.problems.length;
    entry.state.textContent = (found.outcome ? said.ready : said.unclear).replace("{name}", window.luoshi.seen(name)).replace("{items}", found.items.length).replace("{open}", open);
    var link = document.createElement("a");
    link.href = said.onward + "/" + encodeURIComponent(found.id);
    link.textContent = said.open;
    entry.next.appendChild(link);
    links.push(link);
  }
  // One after another: reading takes the service's time, and other people wait for it too.
  async function work() {
    if (busy) return;
    busy = true;
    while (waiting.length) {
      var entry = waiting.shift();
      sent += 1;
      try {
        await one(entry);
      } catch (error) {
        entry.state.textContent = error.message;
        entry.state.className = "grow wrong";
      }
    }
    busy = false;
    if (links.length && sent === 1) window.location.href = links[0].href;
    else if (links.length) links[0].focus();
  }
  function take(files) {
    Array.from(files).forEach(add);
    work();
  }
  input.addEventListener("change", function () { take(input.files); input.value = ""; });
  ["dragenter", "dragover"].forEach(function (name) {
    drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add("on"); });
  });
  drop.addEventListener("dragleave", function () { drop.classList.remove("on"); });
  drop.addEventListener("drop", function (event) {
    event.preventDefault();
    drop.classList.remove("on");
    take(event.dataTransfer.files);
  });
})();
