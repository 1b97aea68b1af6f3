/* Linking what was stored: start a run, show how far it is, lead to what it found. */
(function () {
  "use strict";
  document.querySelectorAll(".link-run").forEach(function (part) {
    var said = part.dataset, button = part.querySelector("button"), bar = part.querySelector("progress");
    var state = part.querySelector(".state"), result = part.querySelector("[data-result]");
    if (!button) return;

    function failed(words) {
      state.textContent = words;
      state.className = "state problem";
      bar.hidden = true;
      button.disabled = false;
    }
    async function follow(path) {
      var answer = await window.luoshi.api("GET", path);
      if (answer.status >= 400) return failed(window.luoshi.problem(answer.body));
      var run = answer.body;
      bar.max = Math.max(1, run.progress.total);
      bar.value = run.progress.done;
      state.textContent = said.going.replace("{done}", run.progress.done).replace("{total}", run.progress.total);
      if (run.state === "failed") return failed(window.luoshi.seen(said.failed + (run.error || "")));
      if (run.state !== "succeeded") return window.setTimeout(function () { follow(path).catch(offline); }, 500);
      state.textContent = said.done.replace("{added}", run.counts.added).replace("{removed}", run.counts.removed).replace("{kept}", run.counts.kept + run.counts.changed);
      bar.hidden = true;
      button.hidden = true;
      result.classList.remove("quiet");
      result.focus();
    }
    function offline() { failed(document.body.dataset.offline); }
    button.addEventListener("click", async function () {
      button.disabled = true;
      bar.hidden = false;
      state.className = "state";
      try {
        var wanted = said.lower ? { lower: [said.lower] } : {};
        var answer = await window.luoshi.api("POST", said.runs, wanted, { "Idempotency-Key": window.luoshi.key() });
        if (answer.status >= 400) return failed(window.luoshi.problem(answer.body));
        await follow(said.runs + "/" + answer.body.id);
      } catch (error) {
        offline();
      }
    });
  });
})();
