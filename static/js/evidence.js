/* Attaching and taking off evidence without leaving the page: the server answers with the criterion's block.
   Without this file the same buttons send the same form and the page comes back. */
(function () {
  "use strict";
  var form = document.getElementById("evidence-form");
  if (!form) { return; }
  var says = document.querySelector(".evidence__says");

  /* Done is told at the top, to screen readers too; what went wrong also where the button was pressed. */
  function say(text) {
    says.textContent = text;
    says.classList.add("message--success");
  }

  function complain(block, text) {
    var words = block.querySelector(".field-error") || document.createElement("p");
    words.className = "field-error";
    words.setAttribute("role", "alert");
    words.textContent = text;
    block.append(words);
  }

  function renew(block, html) {
    var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-evidence]");
    var opened = block.querySelector("details");
    var adding = fresh.querySelector("details");
    if (opened && opened.open && adding) { adding.open = true; }
    block.replaceWith(fresh);
    var next = fresh.querySelector("summary, button, a");
    if (next) { next.focus(); }
  }

  function send(button, block) {
    var data = new FormData(form);
    data.append(button.name, button.value);
    button.disabled = true;
    fetch(button.getAttribute("formaction") || form.action, {
      method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" }
    }).then(function (answer) {
      return answer.json();
    }).then(function (told) {
      button.disabled = false;
      if (told.error) { complain(block, told.error); return; }
      renew(block, told.html);
      say(told.message);
    }).catch(function () {
      button.disabled = false;
      complain(block, form.dataset.lost);
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[form='evidence-form']");
    var block = button && button.closest("[data-evidence]");
    if (!block) { return; }
    event.preventDefault();
    send(button, block);
  });
})();
