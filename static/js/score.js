/* The panel of the self-assessment: prints what the portal answers to each saved choice, computes nothing. */
(function () {
  "use strict";
  var told;

  function put(selector, html) {
    document.querySelectorAll(selector).forEach(function (place) { place.innerHTML = html; });
  }

  function progress(groups) {
    document.querySelectorAll("[data-group]").forEach(function (place) {
      var words = groups[place.dataset.group];
      var parts = words.split("/");
      place.textContent = words;
      place.classList.toggle("assessment__progress--done", parts[0] === parts[1]);
    });
  }

  /* A criterion that depends on another one opens and closes with it; what was chosen in it stays. */
  function lock(unscored) {
    Object.keys(unscored).forEach(function (code) {
      var criterion = document.getElementById("c-" + code);
      var reason = criterion && criterion.querySelector("[data-unscored]");
      if (!reason) { return; }
      reason.textContent = unscored[code];
      reason.hidden = !unscored[code];
      criterion.querySelectorAll("input[type=radio]").forEach(function (control) { control.disabled = Boolean(unscored[code]); });
    });
  }

  function announce(words) {
    var live = document.querySelector("[data-autosave-live]");
    if (live && words !== told) { live.textContent = words; }
    told = words;
  }

  document.addEventListener("autosave:saved", function (event) {
    var answer = event.detail;
    if (!answer.panel) { return; }
    put("[data-score-panel]", answer.panel);
    put("[data-score-line]", answer.line);
    document.querySelectorAll("[data-answered]").forEach(function (place) { place.textContent = answer.answered + "/" + answer.of; });
    progress(answer.groups);
    lock(answer.unscored);
    announce(answer.words);
  });

  /* The list of groups marks the one that is being read: the last whose beginning has passed the upper third. */
  function follow(links) {
    var waiting = false;
    function mark() {
      var current = null;
      waiting = false;
      links.forEach(function (link) {
        var group = document.getElementById(link.hash.slice(1));
        if (group && group.getBoundingClientRect().top < window.innerHeight / 3) { current = link; }
      });
      links.forEach(function (link) {
        if (link === current) { link.setAttribute("aria-current", "true"); } else { link.removeAttribute("aria-current"); }
      });
    }
    window.addEventListener("scroll", function () {
      if (!waiting) { waiting = true; window.requestAnimationFrame(mark); }
    }, { passive: true });
    mark();
  }

  document.addEventListener("DOMContentLoaded", function () {
    follow(document.querySelectorAll(".assessment__nav a"));
    /* On a narrow screen the list of groups and the panel begin folded; a link out of the panel folds it again. */
    var narrow = window.matchMedia("(max-width: 61.99rem)");
    var folds = document.querySelectorAll("[data-folds]");
    function fold() { folds.forEach(function (one) { one.open = !narrow.matches; }); }
    fold();
    narrow.addEventListener("change", fold);
    folds.forEach(function (one) {
      one.addEventListener("click", function (event) { if (narrow.matches && event.target.closest("a")) { one.open = false; } });
    });
  });
})();
