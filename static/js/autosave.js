/* Saves while a person types. A unit (form or fieldset with data-autosave="<address>") holds controls with
   data-autosave-field="<name>", a hidden data-autosave-version and a data-autosave-status for words.
   What is not saved yet lies in localStorage under "draft:<user>:autosave:<address>", which portal.js forgets at
   sign-out and after a day. One request at a time; see docs/design.md for what the address answers. */
(function () {
  "use strict";
  var words = document.currentScript.dataset;
  var WAIT = 800;
  var LONGEST_PAUSE = 60000;
  var units = [];
  var busy = false;
  var leaving = false;
  var signingOut = false;
  var pause = 0;
  var retry;

  function keyOf(unit) { return "draft:" + document.body.dataset.user + ":autosave:" + unit.url; }

  function forget(unit) {
    try { localStorage.removeItem(keyOf(unit)); } catch (problem) { /* forbidden: nothing was kept */ }
  }

  function keep(unit, sent) {
    if (signingOut) { return; }
    try {
      localStorage.setItem(keyOf(unit), JSON.stringify({
        at: Date.now(), values: values(unit), base: unit.base, unsure: unit.unsure, sent: Boolean(sent),
        /* Of no version: what a form could not save is never sent by itself on another visit, but compared. */
        version: unit.returned ? "" : unit.version.value
      }));
    } catch (problem) { /* full or forbidden: the page itself still has the text */ }
  }

  function kept(unit) {
    try { return JSON.parse(localStorage.getItem(keyOf(unit))); } catch (problem) { return null; }
  }

  /* --- what a unit says, field by field */
  function controls(unit) {
    return Array.prototype.slice.call(unit.element.querySelectorAll("[data-autosave-field]"));
  }

  function values(unit) {
    var found = {};
    controls(unit).forEach(function (control) {
      var name = control.dataset.autosaveField;
      if (control.type === "radio") {
        found[name] = control.checked ? control.value : found[name] || "";
      } else if (control.type === "checkbox") {
        found[name] = control.checked ? control.value : "";
      } else {
        found[name] = control.value;
      }
    });
    return found;
  }

  function put(unit, name, value) {
    controls(unit).forEach(function (control) {
      if (control.dataset.autosaveField !== name) { return; }
      if (/^(radio|checkbox)$/.test(control.type)) {
        control.checked = value !== "" && control.value === value;
      } else if (control.value !== value) {
        control.value = value;
        var folded = control.closest("details");
        if (folded && value) { folded.open = true; }
      }
    });
  }

  function inWords(unit, name, value) {
    var chosen = controls(unit).filter(function (control) {
      return control.dataset.autosaveField === name && /^(radio|checkbox)$/.test(control.type) && control.value === value;
    })[0];
    var label = chosen && (chosen.labels[0] || chosen);
    return (label ? label.textContent.replace(/\s+/g, " ").trim() : value) || words.nothing;
  }

  function changed(unit) {
    var now = values(unit);
    return Object.keys(now).filter(function (name) { return now[name] !== unit.base[name]; });
  }

  /* --- what the person is told: beside the unit, and aloud only where something is wrong */
  function tell(unit, text, kind, link) {
    var place = unit.status;
    if (!place) { return; }
    place.textContent = text;
    place.className = "autosave-status" + (kind ? " autosave-status--" + kind : "");
    if (link) {
      var anchor = document.createElement("a");
      anchor.href = link.url;
      anchor.textContent = link.text;
      anchor.addEventListener("click", function () { leaving = true; });
      place.append(" ", anchor);
    }
    var live = document.querySelector("[data-autosave-live]");
    if (live && kind === "problem" && live.textContent !== text) { live.textContent = text; }
  }

  function tellAll(text, kind) {
    units.forEach(function (unit) { if (unit.dirty && !unit.stopped) { tell(unit, text, kind); } });
  }

  /* --- another person was first: fields changed on one side only are merged, the rest is for the person */
  function merge(unit, answer, unsure) {
    var mine = values(unit);
    var open = Object.keys(answer.theirs).filter(function (name) {
      var theirs = answer.theirs[name];
      if (mine[name] === undefined || mine[name] === theirs) { return false; }
      /* What stands there is what this page sent when the answer got lost: nobody else wrote it. */
      if (theirs === unit.base[name] || (unsure && unsure[name] && unsure[name].indexOf(theirs) >= 0)) { return false; }
      if (mine[name] === unit.base[name]) { put(unit, name, theirs); return false; }
      return true;
    });
    unit.version.value = answer.version;
    unit.base = Object.assign({}, unit.base, answer.theirs);
    if (open.length) { ask(unit, answer, open, mine); return; }
    settle(unit);
  }

  function settle(unit) {
    if (changed(unit).length) {
      unit.dirty = true;
      keep(unit);
      schedule(0);
    } else {
      unit.dirty = false;
      forget(unit);
      tell(unit, words.saved, "good");
    }
  }

  function line(heading, text) {
    var block = document.createElement("div");
    var name = document.createElement("strong");
    var said = document.createElement("blockquote");
    name.textContent = heading;
    said.textContent = text;
    block.append(name, said);
    return block;
  }

  function button(label, kind, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm " + kind;
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function ask(unit, answer, names, mine) {
    var box = document.createElement("div");
    var message = document.createElement("p");
    function decided() {
      box.remove();
      unit.stopped = false;
      unit.asking = null;
      settle(unit);
    }
    if (unit.asking) { unit.asking.remove(); }
    box.className = "callout callout--warn autosave-conflict";
    box.tabIndex = -1;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", answer.message);
    message.textContent = answer.message;
    box.append(message);
    names.forEach(function (name) {
      box.append(line(words.mine, inWords(unit, name, mine[name])), line(words.theirs, inWords(unit, name, answer.theirs[name])));
    });
    box.append(button(words.keepMine, "btn-secondary", decided), button(words.takeTheirs, "btn-link", function () {
      names.forEach(function (name) { put(unit, name, answer.theirs[name]); });
      decided();
    }));
    unit.stopped = true;
    unit.asking = box;
    keep(unit);
    unit.element.append(box);
    tell(unit, answer.message, "problem");
  }

  /* --- sending, one unit after the other */
  function token() {
    /* The cookie is newer than the page when the person signed in again in another tab. */
    var cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    var field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return cookie ? decodeURIComponent(cookie[1]) : field ? field.value : "";
  }

  function body(unit, said) {
    var sent = new URLSearchParams();
    Object.keys(said).forEach(function (name) { sent.append(name, said[name]); });
    sent.append("version", unit.version.value);
    sent.append("user", document.body.dataset.user);
    return sent;
  }

  function send(unit) {
    var all = values(unit);
    var said = {};
    changed(unit).forEach(function (name) { said[name] = all[name]; });
    if (unit.element.hasAttribute("data-autosave-whole")) { said = all; }
    busy = true;
    /* Until the answer is here nobody knows whether it arrived; several may have got lost one after the other. */
    unit.unsure = unit.unsure || {};
    Object.keys(said).forEach(function (name) { unit.unsure[name] = (unit.unsure[name] || []).slice(-9).concat(said[name]); });
    keep(unit);
    tell(unit, words.saving, "");
    return fetch(unit.url, {
      method: "POST", body: body(unit, said), credentials: "same-origin", redirect: "manual",
      keepalive: document.visibilityState === "hidden",
      headers: { Accept: "application/json", "X-CSRFToken": token() }
    }).then(function (response) {
      if (response.type === "opaqueredirect") { return { status: 403, answer: { message: words.failed, reload: true } }; }
      if (response.status >= 500 || response.status === 429) { throw new Error(String(response.status)); }
      return response.json().then(function (answer) { return { status: response.status, answer: answer }; });
    }).then(function (got) {
      pause = 0;
      heard(unit, said, got.status, got.answer);
    }, lost).catch(function (problem) {
      stop(unit, 0, { message: words.failed, reload: true });
      window.console.error(problem);
    }).then(function () {
      busy = false;
      if (!pause) { next(); }
    });
  }

  function heard(unit, said, status, answer) {
    var unsure = unit.unsure;
    unit.unsure = null;
    if (status === 200) {
      unit.version.value = answer.version;
      unit.base = Object.assign({}, unit.base, said);
      unit.dirty = changed(unit).length > 0;
      if (unit.dirty) { keep(unit); } else { forget(unit); tell(unit, words.saved + " " + answer.saved_at, "good"); }
      unit.element.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true, detail: answer }));
    } else if (status === 409 && answer.theirs) {
      merge(unit, answer, unsure);
    } else {
      unit.refused = said;
      stop(unit, status, answer);
      /* What was wrong may have been mended while the request was on its way: that is sent, not kept back. */
      if (status === 422 && mendedSince(unit, said)) { unit.stopped = false; schedule(0); }
    }
  }

  function mendedSince(unit, said) {
    var now = values(unit);
    return changed(unit).some(function (name) { return now[name] !== said[name]; });
  }

  /* What the portal refuses is kept here and not sent again until it is changed, or the page comes back. */
  function stop(unit, status, answer) {
    var here = window.location.pathname + window.location.search;
    var link = null;
    unit.stopped = true;
    keep(unit);
    if (answer.sign_in) { link = { url: answer.sign_in + "?next=" + encodeURIComponent(here), text: words.signIn }; }
    if (answer.reload || status === 409) { link = { url: here, text: words.reload }; }
    unit.waitsForSession = Boolean(answer.sign_in);
    tell(unit, answer.message || words.failed, "problem", link);
  }

  function lost() {
    pause = Math.min(pause ? pause * 2 : 2000, LONGEST_PAUSE);
    tellAll(words.lost, "problem");
    clearTimeout(retry);
    retry = setTimeout(next, pause);
  }

  function next() {
    clearTimeout(retry);
    var unit = units.filter(function (one) { return one.dirty && !one.stopped; })[0];
    if (busy || signingOut || !unit) { return; }
    if (!changed(unit).length) { settle(unit); next(); return; }
    send(unit);
  }

  function schedule(wait) {
    clearTimeout(retry);
    retry = setTimeout(next, pause ? Math.max(pause, wait) : wait);
  }

  /* --- listening */
  function typed(unit, event) {
    if (!event.target.closest("[data-autosave-field]")) { return; }
    /* Leaving a field tells of a change too: nothing new, and the link that the person clicks must stay there. */
    if (event.type === "change" && unit.stopped && unit.refused && !mendedSince(unit, unit.refused)) { return; }
    signingOut = false;
    unit.returned = false;
    unit.dirty = true;
    if (unit.asking) { keep(unit); return; }
    unit.stopped = false;
    keep(unit);
    if (!navigator.onLine) { tell(unit, words.lost, "problem"); }
    schedule(event.type === "change" ? 0 : WAIT);
  }

  function restore(unit) {
    var entry = kept(unit);
    if (!entry || !entry.values) { return; }
    var printed = Object.assign({}, unit.base);
    var version = unit.version.value;
    unit.base = entry.base;
    Object.keys(entry.values).forEach(function (name) { put(unit, name, entry.values[name]); });
    if (entry.version === version) {
      settle(unit);
      if (unit.dirty) { tell(unit, words.restored, ""); }
    } else {
      merge(unit, { message: words.restored, version: version, theirs: printed }, entry.unsure);
    }
  }

  function unit(element) {
    var made = {
      element: element,
      url: element.dataset.autosave,
      version: element.querySelector("[data-autosave-version]"),
      status: element.querySelector("[data-autosave-status]")
    };
    if (!made.version) { return; }
    made.base = values(made);
    units.push(made);
    element.addEventListener("input", function (event) { typed(made, event); });
    element.addEventListener("change", function (event) { typed(made, event); });
    if (element.hasAttribute("data-autosave-unsaved")) {
      /* A form came back with what it could not save: that is for the person to send again. */
      made.base = {};
      made.dirty = made.stopped = made.returned = true;
      keep(made);
    } else {
      restore(made);
    }
  }

  function unsaved() { return units.filter(function (one) { return one.dirty; }); }

  function again() {
    pause = 0;
    units.forEach(function (one) { if (one.waitsForSession) { one.waitsForSession = false; one.stopped = false; } });
    next();
  }

  /* A form sent whole carries everything; first what is being saved arrives, so that its version is right. */
  function sendWhole(event) {
    var form = event.target;
    var button = event.submitter;
    if (form.hasAttribute("data-forget-drafts")) {
      /* What lay in this browser is being forgotten; the page still warns that something is not saved. */
      signingOut = true;
      return;
    }
    var mine = unsaved().filter(function (one) {
      return controls(one).some(function (control) { return control.form === form; });
    });
    if (!mine.length) { return; }
    if (busy && !form.dataset.waited) {
      event.preventDefault();
      form.dataset.waited = "yes";
      var begun = Date.now();
      var timer = setInterval(function () {
        if (busy && Date.now() - begun < 3000) { return; }
        clearInterval(timer);
        form.requestSubmit(button);
      }, 100);
      return;
    }
    mine.forEach(function (one) { keep(one, true); });
    clearTimeout(retry);
    leaving = true;
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (!document.body.dataset.user) { return; }
    document.querySelectorAll("[data-autosave]").forEach(unit);
    document.addEventListener("submit", sendWhole);
    window.addEventListener("online", again);
    window.addEventListener("focus", function () { if (unsaved().some(function (one) { return one.waitsForSession; })) { again(); } });
    document.addEventListener("visibilitychange", function () {
      /* A phone may never come back to this page: send what waits for the end of typing now. */
      if (document.visibilityState === "hidden" && !leaving) { next(); }
    });
    window.addEventListener("beforeunload", function (event) {
      if (!leaving && unsaved().length) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
  });
})();
