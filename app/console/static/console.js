/* What the pages' own scripts share. Plain ES2017; whatever a page does works without it but for comfort. */
(function () {
  "use strict";

  // As app/console/text.py: marks that cannot be seen are spelt out.
  var UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

  function seen(text) {
    return String(text).replace(UNSEEN, function (found) {
      return "\u27e6" + ("000" + found.charCodeAt(0).toString(16).toUpperCase()).slice(-4) + "\u27e7";
    });
  }

  // Ask the public API: resolves to {status, etag, body}; a problem+json is a body like any other.
  async function api(method, path, body, headers) {
    var token = document.querySelector('meta[name="csrf-token"]');
    var given = Object.assign({ Accept: "application/json", "Accept-Language": document.documentElement.lang }, headers);
    if (token) given["X-CSRF-Token"] = token.content;
    if (body !== undefined && !(body instanceof FormData)) {
      given["Content-Type"] = "application/json";
      body = JSON.stringify(body);
    }
    var answer = await fetch(path, { method: method, headers: given, body: body, credentials: "same-origin" });
    var text = await answer.text();
    return { status: answer.status, etag: answer.headers.get("ETag"), body: text ? JSON.parse(text) : null };
  }

  // A file of the public API, to send on; rejects with what the service says.
  async function file(path) {
    var answer = await fetch(path, { credentials: "same-origin", headers: { "Accept-Language": document.documentElement.lang } });
    if (!answer.ok) throw new Error(problem(await answer.json()));
    return answer.blob();
  }

  // Send a form with files to the public API, telling how much has gone; resolves like api, with a blob if it is asked for.
  function send(path, form, gone, blob) {
    return new Promise(function (resolve, reject) {
      var request = new XMLHttpRequest(), token = document.querySelector('meta[name="csrf-token"]');
      request.open("POST", path);
      request.responseType = blob ? "blob" : "text";
      request.setRequestHeader("Accept-Language", document.documentElement.lang);
      if (token) request.setRequestHeader("X-CSRF-Token", token.content);
      request.upload.onprogress = function (event) { if (gone && event.lengthComputable) gone(event.loaded / event.total); };
      request.onerror = function () { reject(new Error(document.body.dataset.offline)); };
      request.onload = async function () {
        var answer = request.response;
        if (blob && request.status >= 400) answer = await answer.text();
        else if (blob) return resolve({ status: request.status, body: answer });
        resolve({ status: request.status, body: answer ? JSON.parse(answer) : null });
      };
      request.send(form);
    });
  }

  // What a problem+json says, in a sentence or two.
  function problem(body) {
    var more = (body.errors || []).map(function (one) { return one.detail; }).filter(function (said) { return body.detail.indexOf(said) < 0; });
    return seen([body.detail].concat(more).join(" "));
  }

  // An Idempotency-Key of its own; `once` gives the same for the same matter, however often a button is pressed.
  function key() {
    return Array.from(window.crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return ("0" + byte.toString(16)).slice(-2);
    }).join("");
  }
  function once(about) {
    var name = "luoshi:" + about, known = window.sessionStorage.getItem(name) || key();
    window.sessionStorage.setItem(name, known);
    return known;
  }

  // One stop for the Tab key in a grid of cells; arrows, Home, End, PageUp and PageDown walk (WAI-ARIA, grid).
  function rove(rows, moved) {
    var at = null;
    function go(cell, focus) {
      if (!cell) return;
      if (at) at.tabIndex = -1;
      at = cell;
      at.tabIndex = 0;
      if (focus) at.focus();
    }
    function place(cell) {
      var row = rows.findIndex(function (one) { return one.includes(cell); });
      return [row, row < 0 ? -1 : rows[row].indexOf(cell)];
    }
    function key(event) {
      var here = place(event.target.closest("td, th"));
      if (here[0] < 0 || event.altKey || event.metaKey) return;
      var to = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] }[event.key];
      var row = here[0], column = here[1];
      if (to) {
        row += to[0];
        column += to[1];
      } else if (event.key === "Home") {
        column = 0;
        if (event.ctrlKey) row = 0;
      } else if (event.key === "End") {
        column = Infinity;
        if (event.ctrlKey) row = Infinity;
      } else {
        return;
      }
      event.preventDefault();
      row = Math.max(0, Math.min(rows.length - 1, row));
      go(rows[row][Math.max(0, Math.min(rows[row].length - 1, column))], true);
    }
    go(rows.length ? rows[0][0] : null, false);
    return { key: key, go: go, moved: moved };
  }

  // What only a script can do is shown only where one runs.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // Addresses that are sent to colleagues name what is asked, and not what is left open.
  document.querySelectorAll("form.filters").forEach(function (form) {
    form.addEventListener("submit", function () {
      var open = Array.from(form.elements).filter(function (field) { return field.name && !field.disabled && !field.value; });
      open.forEach(function (field) { field.disabled = true; });
      window.setTimeout(function () { open.forEach(function (field) { field.disabled = false; }); });
    });
  });

  window.luoshi = { api: api, file: file, send: send, problem: problem, key: key, once: once, seen: seen, rove: rove };
})();
