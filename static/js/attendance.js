/* Counts the members who score as they are ticked present, and says whether there is a quorum.
   Without this file the page says so after saving; the server decides in any case. */
(function () {
  "use strict";
  var form = document.querySelector("[data-attendance]");
  if (!form) { return; }
  var needed = Number(form.dataset.needed);
  var chairRequired = form.dataset.chair === "1";

  function ticked(selector) {
    return form.querySelectorAll(selector + " input:checked").length;
  }

  function tell() {
    var counted = ticked("[data-scores]");
    var met = counted >= needed && (!chairRequired || ticked("[data-is-chair]") > 0);
    form.querySelector("[data-counted]").textContent = String(counted);
    form.querySelector("[data-met]").hidden = !met;
    form.querySelector("[data-unmet]").hidden = met;
  }

  form.addEventListener("change", tell);
  tell();
}());
