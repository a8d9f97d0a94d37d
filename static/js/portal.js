/* What scripts add to pages that work without them. No framework, nothing inline, no third party. */
(function () {
  "use strict";
  var words = document.currentScript.dataset;
  var DAY = 24 * 3600 * 1000;
  document.documentElement.classList.add("js");

  function each(selector, act) {
    document.querySelectorAll(selector).forEach(act);
  }

  function button(label, kind, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm " + kind;
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  /* --- navigation folded behind a button on a phone */
  function foldNavigation(toggle) {
    var navigation = document.querySelector(".site-nav");
    if (!navigation) { toggle.remove(); return; }
    function fold(open) {
      navigation.classList.toggle("site-nav--open", open);
      toggle.setAttribute("aria-expanded", String(open));
    }
    toggle.addEventListener("click", function () { fold(toggle.getAttribute("aria-expanded") !== "true"); });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || toggle.getAttribute("aria-expanded") !== "true") { return; }
      fold(false);
      toggle.focus();
    });
  }

  /* --- error summary: title says so, focus goes there, links go to the control */
  function showErrors(summary) {
    document.title = words.error + document.title;
    summary.focus();
    summary.addEventListener("click", function (event) {
      var link = event.target.closest("a[href^='#']");
      var control = link && document.getElementById(link.hash.slice(1));
      if (control) {
        event.preventDefault();
        (control.closest(".field") || control).scrollIntoView();
        control.focus({ preventScroll: true });
      }
    });
  }

  /* --- drafts: text typed into form[data-draft] outlives an expired session, for a day, in this browser.
         The key holds the user, signing out forgets all, passwords and files are never kept. */
  function storageKey(form) {
    return "draft:" + document.body.dataset.user + ":" + form.dataset.draft;
  }

  function readDraft(key) {
    try {
      var draft = JSON.parse(localStorage.getItem(key));
      return draft && Date.now() - draft.at < DAY ? draft : null;
    } catch (problem) {
      return null;
    }
  }

  function writeDraft(key, draft) {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
    } catch (problem) { /* full or forbidden: the form still works */ }
  }

  function draftKeys() {
    try {
      return Object.keys(localStorage).filter(function (key) { return key.indexOf("draft:") === 0; });
    } catch (problem) {
      return [];
    }
  }

  function typed(form) {
    var values = {};
    Array.prototype.forEach.call(form.elements, function (control) {
      if (!control.name || control.name === "csrfmiddlewaretoken" || /^(hidden|password|file|submit|button)$/.test(control.type)) { return; }
      if (/^(checkbox|radio)$/.test(control.type)) {
        values[control.name + "=" + control.value] = control.checked;
      } else if (control.type === "select-multiple") {
        values[control.name] = Array.prototype.map.call(control.selectedOptions, function (one) { return one.value; });
      } else {
        values[control.name] = control.value;
      }
    });
    return values;
  }

  function fill(form, values) {
    Array.prototype.forEach.call(form.elements, function (control) {
      var box = /^(checkbox|radio)$/.test(control.type);
      var value = values[box ? control.name + "=" + control.value : control.name];
      if (value === undefined || !control.name) { return; }
      if (box) {
        control.checked = value;
      } else if (Array.isArray(value)) {
        Array.prototype.forEach.call(control.options, function (one) { one.selected = value.indexOf(one.value) >= 0; });
      } else {
        control.value = value;
      }
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function offerDraft(form, key, draft) {
    var box = document.createElement("div");
    var text = document.createElement("p");
    var at = new Date(draft.at);
    function two(number) { return ("0" + number).slice(-2); }
    box.className = "callout draft-offer";
    text.textContent = words.offer + " " + two(at.getHours()) + ":" + two(at.getMinutes()) + " " + two(at.getDate()) + "/" + two(at.getMonth() + 1) + ".";
    box.append(text, button(words.restore, "btn-secondary", function () {
      fill(form, draft.values);
      box.remove();
    }), button(words.discard, "btn-link", function () {
      localStorage.removeItem(key);
      box.remove();
    }));
    form.prepend(box);
  }

  function keepDraft(form) {
    if (!document.body.dataset.user) { return; }
    var key = storageKey(form);
    var first = JSON.stringify(typed(form));
    var draft = readDraft(key);
    var sending = false;
    var waiting;
    function changed() { return JSON.stringify(typed(form)) !== first; }
    if (draft && JSON.stringify(draft.values) !== first) { offerDraft(form, key, draft); }
    form.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        if (changed()) { writeDraft(key, { at: Date.now(), values: typed(form) }); }
      }, 400);
    });
    form.addEventListener("submit", function () {
      sending = true;
      clearTimeout(waiting);
      writeDraft(key, { at: Date.now(), values: typed(form), sent: true });
    });
    window.addEventListener("beforeunload", function (event) {
      if (!sending && changed()) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
  }

  function settleSentDrafts() {
    /* A page for a signed-in person that is no error page means that what was sent has arrived: forget it.
       On any other page (signed out meanwhile, refused, an error) it counts as not sent. */
    var body = document.body;
    var arrived = body.dataset.user && !body.hasAttribute("data-keep-drafts") && !document.querySelector("[data-error-summary]");
    draftKeys().forEach(function (key) {
      var draft = readDraft(key);
      if (!draft || (draft.sent && arrived)) {
        localStorage.removeItem(key);
      } else if (draft.sent) {
        draft.sent = false;
        writeDraft(key, draft);
      }
    });
  }

  function forgetAllDrafts(form) {
    form.addEventListener("submit", function () {
      draftKeys().forEach(function (key) { localStorage.removeItem(key); });
    });
  }

  /* --- a job at work: ask its address, show the named step, load the page again at the end */
  function follow(job) {
    var bar = job.querySelector("progress");
    var message = job.querySelector("[data-poll-message]");
    var percent = job.querySelector("[data-poll-percent]");
    var hint = job.querySelector("[data-poll-hint]");
    var usual = hint ? hint.textContent : "";
    var pause = 1500;
    function again() { setTimeout(ask, pause); }
    function show(state) {
      pause = 1500;
      if (state.finished) { window.location.reload(); return; }
      bar.value = state.percent;
      percent.textContent = state.percent + " %";
      if (message.textContent !== state.message) { message.textContent = state.message; }
      if (hint) { hint.textContent = usual; }
      again();
    }
    function ask() {
      fetch(job.dataset.pollUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then(function (answer) {
          if (!answer.ok) { throw new Error(String(answer.status)); }
          return answer.json();
        })
        .then(show)
        .catch(function () {
          pause = Math.min(pause * 2, 30000);
          if (hint) { hint.textContent = words.lost; }
          again();
        });
    }
    again();
  }

  /* --- copy a line to paste into Zalo */
  function copyOld(text) {
    var field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }

  function offerCopy(control) {
    var label = control.textContent;
    control.hidden = false;
    control.addEventListener("click", function () {
      var text = control.dataset.copy;
      if (navigator.clipboard) { navigator.clipboard.writeText(text).catch(function () { copyOld(text); }); } else { copyOld(text); }
      control.textContent = words.copied;
      setTimeout(function () { control.textContent = label; }, 2500);
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    each("[data-nav-toggle]", foldNavigation);
    each("[data-error-summary]", showErrors);
    settleSentDrafts();
    each("form[data-draft]", keepDraft);
    each("form[data-forget-drafts]", forgetAllDrafts);
    each("[data-poll-url]", follow);
    each("[data-copy]", offerCopy);
    each("[data-print]", function (control) {
      control.hidden = false;
      control.addEventListener("click", function () { window.print(); });
    });
    each("select[data-submit-on-change]", function (select) {
      select.addEventListener("change", function () { select.form.requestSubmit(); });
    });
  });
})();
