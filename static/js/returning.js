/* A return place by place: the reason shows once its box is ticked. Without scripts both are there. */
(function () {
  "use strict";
  document.querySelectorAll("[data-back]").forEach(function (place) {
    var box = place.querySelector("input[type=checkbox]");
    var why = place.querySelector("[data-why]");
    var text = why.querySelector("textarea");
    function show() { why.hidden = !box.checked && !text.value; }
    box.addEventListener("change", function () {
      show();
      if (box.checked) { text.focus(); }
    });
    /* A draft that was restored fills the fields without a click. */
    box.form.addEventListener("input", show);
    show();
  });
})();
