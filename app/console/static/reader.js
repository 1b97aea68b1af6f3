/* The reader: the outline keeps the place while one scrolls; correcting opens the stored file as a preview. */
(function () {
  "use strict";
  var links = Array.from(document.querySelectorAll("#outline a"));
  var places = links.map(function (link) { return document.getElementById(link.hash.slice(1)); });
  var here = -1;

  // The last passage that begins near the top of the window, where a link of the outline leads to.
  function place() {
    var line = 60, at = 0;
    for (var i = 0; i < places.length; i++) {
      if (places[i] && places[i].getBoundingClientRect().top <= line) at = i;
    }
    if (at === here || !links.length) return;
    if (links[here]) links[here].removeAttribute("aria-current");
    here = at;
    links[here].setAttribute("aria-current", "location");
    var side = links[here].closest(".outline"), box = links[here].getBoundingClientRect(), frame = side.getBoundingClientRect();
    if (box.top < frame.top || box.bottom > frame.bottom) side.scrollTop += box.top - frame.top - frame.height / 3;
  }
  var due = false;
  window.addEventListener("scroll", function () {
    if (due) return;
    due = true;
    window.requestAnimationFrame(function () { due = false; place(); });
  }, { passive: true });
  place();

  var button = document.getElementById("correct");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", async function () {
    var said = button.dataset, problem = document.getElementById("problem"), words = button.textContent;
    button.disabled = true;
    button.textContent = said.wait;
    problem.hidden = true;
    try {
      var form = new FormData();
      form.append("file", await window.luoshi.file(said.original), said.filename);
      ["adcode", "domain", "year", "corrections"].forEach(function (name) { form.append(name, said[name]); });
      if (said.note) form.append("edition_note", said.note);
      var made = await window.luoshi.api("POST", said.previews, form);
      if (made.status !== 201) throw new Error(window.luoshi.problem(made.body));
      var start = here >= 0 && places[here] ? places[here].dataset.start : 0;
      window.location.href = said.onward + "/" + made.body.id + "?place=" + start;
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      button.disabled = false;
      button.textContent = words;
    }
  });
})();
