/* The live table of a session: asks every few seconds while the page is looked at; without it one loads again. */
(function () {
  "use strict";
  var EVERY = 5000;
  var LONGEST = 60000;

  document.addEventListener("DOMContentLoaded", function () {
    var place = document.querySelector("[data-live]");
    var at = document.querySelector("[data-live-at]");
    var lost = document.querySelector("[data-live-lost]");
    var wait = EVERY;
    var timer;
    if (!place) { return; }

    function again() {
      clearTimeout(timer);
      timer = setTimeout(ask, wait);
    }

    function put(answer) {
      /* Focus inside the table would be lost with it: the rows are replaced once it has left. */
      if (!place.contains(document.activeElement)) { place.innerHTML = answer.html; }
      at.textContent = place.dataset.liveUpdated + " " + answer.at;
      lost.hidden = true;
      wait = EVERY;
      if (answer.open) { again(); }
    }

    function ask() {
      if (document.visibilityState === "hidden") { return; }
      fetch(place.dataset.live, { credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" } })
        .then(function (response) {
          if (response.type === "opaqueredirect" || response.status === 403 || response.status === 404) { window.location.reload(); throw new Error("gone"); }
          if (!response.ok) { throw new Error(String(response.status)); }
          return response.json();
        })
        .then(put)
        .catch(function () {
          lost.hidden = false;
          wait = Math.min(wait * 2, LONGEST);
          again();
        });
    }

    document.addEventListener("visibilitychange", function () { if (document.visibilityState === "visible") { ask(); } });
    again();
  });
})();
