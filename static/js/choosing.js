/* One box that ticks all rows of a list at once. Without scripts each row has its own. */
(function () {
  "use strict";
  document.querySelectorAll("form[data-choose-all]").forEach(function (form) {
    var boxes = Array.prototype.filter.call(form.elements, function (one) {
      return one.type === "checkbox" && one.name === form.dataset.chooseAll;
    });
    var label = document.createElement("label");
    var all = document.createElement("input");
    all.type = "checkbox";
    all.className = "form-check-input";
    label.className = "form-check";
    label.append(all, form.dataset.chooseLabel);
    form.append(label);
    all.addEventListener("change", function () {
      boxes.forEach(function (box) { box.checked = all.checked; });
    });
    boxes.forEach(function (box) {
      box.addEventListener("change", function () {
        all.checked = boxes.every(function (one) { return one.checked; });
      });
    });
  });
})();
