/* The number of unread notices beside the link to them: asked for after the page is there, so no page waits. */
(function () {
  "use strict";
  var link = document.querySelector("[data-unread-url]");
  if (!link) { return; }
  var badge = document.createElement("span");
  var word = document.createElement("span");
  badge.className = "unread-count";
  word.className = "visually-hidden";
  word.textContent = " " + link.dataset.unreadWord;

  function show(count) {
    badge.textContent = count > 99 ? "99+" : String(count);
    badge.append(word);
    if (count) { link.append(" ", badge); } else { badge.remove(); }
  }

  function ask() {
    fetch(link.dataset.unreadUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok && !answer.redirected ? answer.json() : null; })
      .then(function (state) { if (state) { show(state.unread); } })
      .catch(function () { /* without a connection the link is there all the same */ });
  }

  ask();
  /* Back by the browser's button the page comes from its memory, the number too. */
  window.addEventListener("pageshow", function (event) { if (event.persisted) { ask(); } });
})();
