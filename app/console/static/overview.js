/* The matrix: walk it with the arrow keys, read a cell out below it, open it; light up an item's bands in the flow. */
(function () {
  "use strict";
  var table = document.querySelector("table.matrix");
  if (!table) return;
  var readout = document.getElementById("readout");
  var idle = readout.textContent;
  var heads = Array.from(table.tHead.rows[0].cells).slice(1, -1);
  var words = {};
  document.querySelectorAll("[data-v]").forEach(function (word) { words[word.dataset.v] = word.textContent; });
  var rows = Array.from(table.tBodies[0].rows).map(function (row) { return Array.from(row.cells).slice(1, -1); });

  function cellOf(event) {
    var cell = event.target.closest("tbody td:not(.total)");
    return cell && table.contains(cell) ? cell : null;
  }
  function read(cell) {
    if (!cell) return idle;
    var row = cell.parentNode, head = heads[cell.cellIndex - 1];
    var said = cell.className.split(" ").map(function (code) { return words[code]; }).filter(Boolean);
    var figures = cell.textContent.trim();
    var parts = [head.textContent.trim(), row.cells[0].textContent.trim().replace(/\s+/g, " "), said.join("\u3001") + (figures ? " " + figures : "")];
    return parts.join(" \u00b7 ");
  }
  function open(cell) {
    var place = heads[cell.cellIndex - 1].dataset.a, number = cell.parentNode.dataset.n;
    window.location.href = table.dataset.cells.replace("000000", place) + "#i" + number;
  }

  var walk = window.luoshi.rove(rows);
  table.addEventListener("keydown", function (event) {
    var cell = cellOf(event);
    if (!cell) return;
    if (event.key === "Enter") open(cell);
    else walk.key(event);
  });
  table.addEventListener("focusin", function (event) {
    var cell = cellOf(event);
    if (!cell) return;
    walk.go(cell, false);
    readout.textContent = read(cell);
  });
  table.addEventListener("click", function (event) {
    var cell = cellOf(event);
    if (cell) open(cell);
  });
  table.addEventListener("mouseover", function (event) {
    var cell = cellOf(event);
    readout.textContent = read(cell);
    var row = event.target.closest("tr[data-n]");
    light("u", row && row.dataset.n);
  });
  table.addEventListener("mouseleave", function () { readout.textContent = idle; light("u", null); });

  var flow = document.querySelector(".sankey");
  function light(which, key) {
    if (!flow) return;
    flow.classList.toggle("lit", Boolean(key));
    flow.querySelectorAll("path").forEach(function (band) {
      band.classList.toggle("on", Boolean(key) && band.dataset[which] === key);
    });
  }
  if (flow) {
    flow.addEventListener("mouseover", function (event) {
      var end = event.target.dataset;
      if (event.target.tagName === "rect") light(end.u ? "u" : "l", end.u || end.l);
      else light("u", null);
    });
    flow.addEventListener("mouseleave", function () { light("u", null); });
  }
})();
