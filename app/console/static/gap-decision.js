/* Deciding a gap in a small dialog: parts.gap_dialog() once on a page, parts.gap_button() at each gap.
   When a gap was decided, the button gets a bubbling event `gapdecided` whose detail is the decision, or null. */
(function () {
  "use strict";
  var dialog = document.getElementById("gap-dialog");
  if (!dialog) return;
  var form = dialog.querySelector("form");
  var link = document.getElementById("gap-link");
  var until = document.getElementById("gap-until");
  var reason = document.getElementById("gap-reason");
  var told = part("now").textContent;
  var open = null;

  function part(name) { return dialog.querySelector('[data-part="' + name + '"]'); }
  function wrong(text) {
    part("wrong").textContent = text ? luoshi.seen(text) : "";
    part("wrong").hidden = !text;
  }
  function chosen() {
    var radio = form.querySelector('[name="decision"]:checked');
    return radio ? radio.value : "";
  }
  function fit() {
    form.querySelectorAll("[data-when]").forEach(function (field) { field.hidden = field.dataset.when !== chosen(); });
  }
  function word(code) { return form.querySelector('[value="' + code + '"]').parentNode.querySelector("b").dataset.word; }
  function option(value, text) {
    var made = document.createElement("option");
    made.value = value;
    made.textContent = luoshi.seen(text);
    link.append(made);
  }

  // A link that is there may say why; where none is, another place that the judge weighed can be proposed.
  function offer(gap) {
    link.textContent = "";
    if (gap.evidence.length) option("", link.dataset.best);
    gap.evidence.forEach(function (row) { option("link:" + row.link, row.lower.split("/")[1] + " " + row.lower_text.slice(0, 40)); });
    var held = gap.evidence.map(function (row) { return row.lower; });
    (gap.reasons ? gap.reasons.alternatives : []).forEach(function (row) {
      if (!held.includes(row.lower)) option("new:" + row.lower, link.dataset.new + row.lower.split("/")[1] + " " + row.lower_text.slice(0, 40));
    });
  }

  async function show(button) {
    var answer = await luoshi.api("GET", button.dataset.gap);
    if (answer.status !== 200) return;
    open = { button: button, etag: answer.etag, gap: answer.body };
    var now = answer.body.decision;
    form.reset();
    wrong("");
    part("explanation").textContent = luoshi.seen(answer.body.explanation);
    part("now").hidden = part("back").hidden = !now;
    if (now) {
      part("now").textContent = luoshi.seen(told.replace("{decision}", word(now.decision)).replace("{who}", now.decided_by)
        .replace("{when}", now.decided_at.slice(0, 10)).replace("{reason}", now.reason));
      form.querySelector('[value="' + now.decision + '"]').checked = true;
      until.value = now.expires_on || "";
    } else {
      form.querySelector('[value="confirmed"]').checked = true;
    }
    offer(answer.body);
    fit();
    dialog.showModal();
    form.querySelector('[name="decision"]:checked').focus();
  }

  async function send(method, body) {
    var headers = open.gap.decision ? { "If-Match": open.etag } : {};
    try {
      return await luoshi.api(method, open.button.dataset.gap + "/decision", body, headers);
    } catch (error) {
      return { status: 0, body: { detail: part("wrong").dataset.offline } };
    }
  }
  async function settle(answer, said, decision) {
    if (answer.status >= 400 || !answer.status) {
      // Somebody else may have decided meanwhile: what he did is read, so that one decides on it and not against it.
      if (answer.status === 412) {
        var button = open.button;
        await reopen(button);
      }
      wrong(answer.body.detail);
      return;
    }
    document.querySelectorAll('[data-decided="' + CSS.escape(open.button.dataset.gapId) + '"]').forEach(function (place) {
      place.textContent = decision ? " " + word(decision.decision) : "";
    });
    part("said").textContent = said;
    dialog.close();
    open.button.dispatchEvent(new CustomEvent("gapdecided", { bubbles: true, detail: decision }));
    open.button.focus();
  }
  async function reopen(button) {
    dialog.close();
    await show(button);
  }

  form.addEventListener("change", fit);
  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    var body = { decision: chosen(), reason: reason.value.trim() };
    if (!body.reason) {
      wrong(reason.dataset.needed);
      reason.focus();
      return;
    }
    if (body.decision === "waived") {
      if (!until.value) {
        wrong(part("wrong").dataset.day);
        until.focus();
        return;
      }
      body.expires_on = until.value;
    }
    if (body.decision === "refuted" && link.value.startsWith("link:")) body.link = link.value.slice(5);
    if (body.decision === "refuted" && link.value.startsWith("new:")) body.propose = { lower: link.value.slice(4), coverage: "full" };
    var answer = await send("PUT", body);
    await settle(answer, part("said").dataset.said.replace("{decision}", word(body.decision)), answer.body);
  });
  part("back").addEventListener("click", async function () {
    await settle(await send("DELETE"), part("said").dataset.back, null);
  });
  form.querySelector("[data-close]").addEventListener("click", function () { dialog.close(); });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-gap]");
    if (button) show(button);
  });
})();
