/* Deeds on a list's rows: a button names what it asks of the public API, a dialog what else is needed.
   data-method, data-path, data-etag, data-body: the request. data-dialog: the dialog that is asked first; its named
   fields go into the body. A page's own script may fill it in ("luoshi:opens"), change what is asked ("luoshi:asks"), and
   do something else than load the page anew ("luoshi:done"). data-once: it makes something, and gets an
   Idempotency-Key. */
(function () {
  "use strict";
  var said = document.getElementById("said");

  function told(body) {
    var errors = (body && body.errors) || [];
    var parts = [body && body.detail].concat(errors.map(function (one) { return one.detail; }));
    return parts.filter(function (text, at) { return text && parts.indexOf(text) === at; }).map(luoshi.seen).join(" ");
  }

  function tell(place, text) {
    place.textContent = text;
    place.hidden = !text;
  }

  function fields(form) {
    var found = {};
    Array.from(form.elements).forEach(function (field) {
      if (!field.name || field.disabled || (field.type === "radio" && !field.checked)) return;
      var text = field.value.trim();
      if (text) found[field.name] = field.type === "number" ? Number(text) : text;
    });
    return found;
  }

  async function send(button, more, place) {
    var headers = {};
    if (button.dataset.etag) headers["If-Match"] = button.dataset.etag;
    if ("once" in button.dataset) headers["Idempotency-Key"] = luoshi.key();
    var asks = { path: button.dataset.path, more: more };
    button.dispatchEvent(new CustomEvent("luoshi:asks", { bubbles: true, detail: asks }));
    more = asks.more;
    var body = more || button.dataset.body ? Object.assign(JSON.parse(button.dataset.body || "{}"), more) : undefined;
    button.disabled = true;
    try {
      var answer = await luoshi.api(button.dataset.method, asks.path, body, headers);
    } catch (error) {
      answer = { status: 0, body: { detail: said.dataset.offline } };
    }
    button.disabled = false;
    if (answer.status >= 200 && answer.status < 300) return answer;
    tell(place, told(answer.body) || said.dataset.offline);
    return null;
  }

  function done(button, answer) {
    var event = new CustomEvent("luoshi:done", { bubbles: true, cancelable: true, detail: answer });
    if (!button.dispatchEvent(event)) return;
    var row = button.closest("[id]");
    if (row && row.tagName !== "MAIN") history.replaceState(null, "", "#" + row.id);
    window.location.reload();
  }

  function ask(button, dialog) {
    var form = dialog.querySelector("form"), wrong = dialog.querySelector('[role="alert"]');
    dialog.querySelectorAll("[data-about]").forEach(function (place) { place.textContent = luoshi.seen(button.dataset.about || ""); });
    form.reset();
    button.dispatchEvent(new CustomEvent("luoshi:opens", { bubbles: true, detail: form }));
    tell(wrong, "");
    form.onsubmit = async function (event) {
      event.preventDefault();
      var answer = await send(button, fields(form), wrong);
      if (!answer) return;
      dialog.close();
      done(button, answer);
    };
    dialog.onclose = function () { button.focus(); };
    dialog.showModal();
  }

  document.addEventListener("click", async function (event) {
    var close = event.target.closest("[data-close]"), button = event.target.closest("button[data-method]");
    if (close) close.closest("dialog").close();
    if (!button || button.form && button.type === "submit") return;
    tell(said, "");
    if (button.dataset.dialog) {
      ask(button, document.getElementById(button.dataset.dialog));
      return;
    }
    var answer = await send(button, null, said);
    if (answer) done(button, answer);
  });

  // A form of the page itself that asks the API: its button says what.
  document.querySelectorAll("form[data-asks]").forEach(function (form) {
    form.addEventListener("submit", async function (event) {
      event.preventDefault();
      var button = form.querySelector("button[data-method]");
      tell(said, "");
      var answer = await send(button, fields(form), said);
      if (answer) done(button, answer);
    });
  });

  // A gap was decided in its own dialog (gap-decision.js): the row shows all that is decided now.
  document.addEventListener("gapdecided", function (event) { done(event.target, null); });

  // What only a script can do is shown only where one runs.
  document.querySelectorAll("[data-scripted]").forEach(function (part) { part.hidden = false; });
  window.luoshi.lists = { tell: tell };
})();
