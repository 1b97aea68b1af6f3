/* The review page's dialogs: a reason, several at once, the keys. They offer luoshi.dialogs to review.js. */
(function () {
  "use strict";

  function opened(dialog) {
    dialog.showModal();
    return new Promise(function (resolve) {
      dialog.addEventListener("close", function () { resolve(); }, { once: true });
    });
  }
  document.querySelectorAll("dialog [data-close]").forEach(function (button) {
    button.addEventListener("click", function () { button.closest("dialog").close(); });
  });

  // Ask why: resolves to the reason, or to null if nobody wants to decide after all. `what` is reject or confirm.
  async function reason(what, title, undoing) {
    var dialog = document.getElementById("reasons"), own = document.getElementById("own-reason"), given = null;
    document.getElementById("reasons-title").textContent = title;
    dialog.querySelector("[data-undo]").hidden = !undoing;
    dialog.querySelectorAll("[data-for]").forEach(function (list) { list.hidden = list.dataset.for !== what; });
    own.value = "";
    var buttons = Array.from(dialog.querySelectorAll('[data-for="' + what + '"] button'));
    function give(text) {
      given = text;
      dialog.close();
    }
    function clicked(event) {
      var button = event.target.closest("[data-reason]");
      if (button) give(button.dataset.reason);
    }
    function pressed(event) {
      var button = buttons[Number(event.key) - 1];
      if (event.target !== own && button && !event.ctrlKey && !event.altKey && !event.metaKey) {
        event.preventDefault();
        give(button.dataset.reason);
      }
    }
    function submitted(event) {
      event.preventDefault();
      if (own.value.trim()) give(own.value.trim());
      else own.focus();
    }
    dialog.addEventListener("click", clicked);
    dialog.addEventListener("keydown", pressed);
    dialog.addEventListener("submit", submitted);
    var closed = opened(dialog);
    (undoing ? buttons[buttons.length - 1] : buttons[0]).focus();
    await closed;
    dialog.removeEventListener("click", clicked);
    dialog.removeEventListener("keydown", pressed);
    dialog.removeEventListener("submit", submitted);
    return given;
  }

  // A name for a request, so that it is done once however often it is sent. Also where nothing is encrypted.
  function once() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  function line(row) {
    var made = document.createElement("li"), label = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.dataset.id = row.id;
    box.dataset.version = row.version;
    var head = document.createElement("b"), upper = document.createElement("bdi"), lower = document.createElement("bdi");
    head.textContent = row.upper.split("/")[1] + " \u2192 " + luoshi.seen(row.name) + " " + row.lower.split("/")[1] + "\u2003" + row.score.toFixed(2);
    upper.textContent = luoshi.seen(row.evidence.upper.text);
    lower.textContent = luoshi.seen(row.evidence.lower.text);
    label.append(box, head, upper, lower);
    made.append(label);
    return made;
  }

  // Decide several: resolves to what the API answered, or to null.
  async function many(now, api, plan, filters, says) {
    var dialog = document.getElementById("many"), list = dialog.querySelector("[data-list]"), answered = null, asked = 0;
    var why = document.getElementById("many-reason"), wrong = dialog.querySelector("[data-wrong]");
    var least = dialog.querySelector('[name="least"]');
    var upper = now.upper.split("/")[1].split(".")[0], lower = now.lower.split("/")[1].split(".")[0];
    dialog.querySelector('[data-group="pair"]').textContent = says.many_pair
      .replace("{upper}", upper).replace("{city}", now.city).replace("{lower}", lower);
    dialog.querySelector('[data-group="task"]').textContent = says.many_task.replace("{city}", now.city) + " (" + now.upper.split("/")[1] + ")";
    function group() { return dialog.querySelector('[name="group"]:checked').value; }
    function boxes() { return Array.from(list.querySelectorAll("input:checked")); }
    function count() { dialog.querySelector("[data-chosen]").textContent = says.many_chosen.replace("{count}", boxes().length); }
    function fits(row) {
      if (group() === "score") return true;
      if (group() === "task") return row.upper === now.upper;
      return row.lower.split(".")[0] === now.lower.split(".")[0];
    }
    async function fill() {
      var query = new URLSearchParams(filters), mine = ++asked;
      if (group() === "score") {
        query.set("least", least.value || "1");
      } else {
        query = new URLSearchParams({ adcode: now.adcode, item: upper, order: "text" });
      }
      query.set("limit", "500");
      var answer = await luoshi.api("GET", api + "/plans/" + encodeURIComponent(plan) + "/review?" + query);
      if (mine !== asked || answer.status !== 200) return;
      list.textContent = "";
      answer.body.items.filter(fits).forEach(function (row) { list.append(line(row)); });
      count();
    }
    function changed(event) {
      if (event.target.name) fill();
      else count();
    }
    async function clicked(event) {
      var button = event.target.closest("[data-many]"), links = boxes();
      if (!button || !links.length) return;
      var body = { status: button.dataset.many, links: links.map(function (box) { return { id: box.dataset.id, version: Number(box.dataset.version) }; }) };
      if (why.value.trim()) body.reason = why.value.trim();
      if (body.status === "rejected" && !body.reason) {
        why.focus();
        wrong.textContent = dialog.querySelector('[for="many-reason"]').firstChild.textContent;
        wrong.hidden = false;
        return;
      }
      var answer = await luoshi.api("POST", api + "/links/decisions", body, { "Idempotency-Key": once() });
      if (answer.status >= 400) {
        wrong.textContent = luoshi.seen(answer.body.detail);
        wrong.hidden = false;
        return;
      }
      answered = answer.body;
      dialog.close();
    }
    function entered(event) { event.preventDefault(); }
    wrong.hidden = true;
    why.value = "";
    list.textContent = "";
    dialog.addEventListener("change", changed);
    dialog.addEventListener("click", clicked);
    dialog.addEventListener("submit", entered);
    var closed = opened(dialog);
    dialog.querySelector('[name="group"]:checked').focus();
    await fill();
    await closed;
    dialog.removeEventListener("change", changed);
    dialog.removeEventListener("click", clicked);
    dialog.removeEventListener("submit", entered);
    return answered;
  }

  // The single keys can be switched off, for those who speak to their computer (WCAG 2.1, 2.1.4).
  var keys = document.getElementById("keys-on");
  if (keys) {
    keys.checked = window.localStorage.getItem("luoshi-keys") !== "off";
    keys.addEventListener("change", function () { window.localStorage.setItem("luoshi-keys", keys.checked ? "on" : "off"); });
  }

  luoshi.dialogs = {
    reason: reason,
    many: many,
    once: once,
    keys: function () { return opened(document.getElementById("keys")); },
    singleKeys: function () { return !keys || keys.checked; },
  };
})();
