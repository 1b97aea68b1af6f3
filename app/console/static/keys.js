/* A new key is shown once: in a panel, until whoever made it says that he has it. */
(function () {
  "use strict";
  var panel = document.getElementById("made"), key = document.getElementById("made-key");
  document.addEventListener("luoshi:done", function (event) {
    var answer = event.detail.body;
    if (!answer || !answer.key) return;
    event.preventDefault();
    key.value = answer.key;
    document.getElementById("made-about").textContent = answer.prefix;
    panel.showModal();
    key.select();
  });
  panel.addEventListener("close", function () {
    key.value = "";
    window.location.reload();
  });
})();
