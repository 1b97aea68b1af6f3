/* A group of terms is edited as text: a term a line, the first is what the group is called, < narrower, > broader. */
(function () {
  "use strict";
  var relations = { "<": "narrower", ">": "broader" };

  document.addEventListener("luoshi:opens", function (event) {
    var form = event.detail, group = event.target.dataset.about || "";
    if (!form.elements.lines) return;
    form.elements.group.value = group;
    form.elements.group.readOnly = Boolean(group);
    form.elements.lines.value = event.target.dataset.lines || "";
  });

  document.addEventListener("luoshi:asks", function (event) {
    var asks = event.detail, given = asks.more;
    if (!given || given.lines === undefined) return;
    asks.path += encodeURIComponent(given.group);
    asks.more = {
      terms: given.lines.split("\n").filter(function (line) { return line.trim(); }).map(function (line, at) {
        var relation = relations[line.trim()[0]];
        return { term: line.trim().slice(relation ? 1 : 0).trim(), relation: relation || "same", preferred: at === 0 };
      }),
    };
  });
})();
