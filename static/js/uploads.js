/* Sending papers: photos made smaller in the browser, several files one by one, each with its progress, its
   own way to try again and to cancel. The token goes along with every attempt, so an answer that was lost on
   the way enters nothing twice. Without this file the page's plain form sends one paper at a time. */
(function () {
  "use strict";
  var LARGEST_SIDE = 2000; /* pixels; the server draws no larger picture either */
  var LARGE = 2 * 1024 * 1024;
  var QUALITY = 0.85;

  function token() {
    if (window.crypto.randomUUID) { return window.crypto.randomUUID(); }
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.prototype.map.call(bytes, function (one) { return (256 + one).toString(16).slice(1); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /* --- photos */
  function draw(picture) {
    var scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
    var canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; /* JPEG knows no transparency */
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return new Promise(function (resolve) { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  }

  /* The file itself, or a smaller JPEG of a photo that is large; a picture nobody can draw goes as it is. */
  function shrunk(file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || !window.createImageBitmap) { return Promise.resolve(file); }
    return window.createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
      var wide = Math.max(picture.width, picture.height) > LARGEST_SIDE;
      if (!wide && file.size <= LARGE) { picture.close(); return file; }
      return draw(picture).then(function (drawn) {
        if (!drawn || (!wide && drawn.size >= file.size)) { return file; }
        var name = file.name.replace(/\.(jpe?g|png|webp)$/i, "") + ".jpg";
        return new File([drawn], name, { type: "image/jpeg" });
      });
    }).catch(function () { return file; });
  }

  /* The plain form: the chosen photo is exchanged for the smaller one before anybody presses the button. */
  function shrinkChosen(form) {
    form.addEventListener("change", function (event) {
      var input = event.target;
      var file = input.type === "file" && !input.multiple && input.files[0];
      if (!file) { return; }
      shrunk(file).then(function (smaller) {
        if (smaller === file || input.files[0] !== file) { return; }
        var chosen = new DataTransfer();
        chosen.items.add(smaller);
        input.files = chosen.files;
      });
    });
  }

  /* --- several files */
  function made(name, className, text) {
    var element = document.createElement(name);
    if (className) { element.className = className; }
    if (text) { element.textContent = text; }
    return element;
  }

  function button(label, about, act) {
    var control = made("button", "btn btn-link btn-sm", label);
    control.type = "button";
    control.append(made("span", "visually-hidden", " " + about));
    control.addEventListener("click", act);
    return control;
  }

  function offer(section) {
    var words = section.dataset;
    var form = section.querySelector("form");
    var input = section.querySelector("input[type=file]");
    var list = section.querySelector(".uploads__list");
    var summary = section.querySelector(".uploads__summary");
    var onward = section.querySelector(".uploads__next");
    var items = [];
    var sending = null;

    function count(state) { return items.filter(function (item) { return item.state === state; }).length; }

    function sum() {
      if (!items.length) { return; }
      summary.textContent = words.summary.replace("{done}", count("done")).replace("{all}", items.length);
      onward.hidden = !items.some(function (item) { return item.unconfirmed; });
    }

    function show(item, state, text) {
      item.state = state;
      item.row.dataset.state = state;
      item.says.textContent = text;
      item.bar.hidden = state !== "sending";
      item.cancel.hidden = state !== "waiting" && state !== "sending";
      item.retry.hidden = state !== "failed" && state !== "cancelled";
      sum();
    }

    function entered(item, paper) {
      item.unconfirmed = paper.unconfirmed;
      show(item, "done", paper.known ? words.known : words.entered);
      var link = made("a", "", paper.unconfirmed ? words.fill : paper.title);
      link.href = paper.unconfirmed ? paper.edit : paper.url;
      item.row.append(link);
    }

    function settle(item, request) {
      var answer = null;
      try { answer = JSON.parse(request.responseText); } catch (problem) { /* a page, not an answer */ }
      if (request.status === 201 && answer) {
        entered(item, answer);
      } else if (answer && answer.error) {
        show(item, "failed", answer.error);
      } else if (request.status === 413) {
        show(item, "failed", words.large);
      } else {
        item.signedOut = request.status === 200 || request.status === 403;
        show(item, "failed", item.signedOut ? words.signedOut : words.refused.replace("{status}", request.status));
      }
    }

    function send(item, file) {
      var request = new XMLHttpRequest();
      var data = new FormData();
      item.request = request;
      data.append("form_token", item.token);
      data.append("upload", file, file.name);
      data.append("arrived", "1"); /* last: what is cut off on the way lacks it */
      request.upload.addEventListener("progress", function (event) {
        if (!event.lengthComputable) { return; }
        item.bar.max = event.total;
        item.bar.value = event.loaded;
        var percent = Math.floor(100 * event.loaded / event.total);
        item.says.textContent = percent < 100 ? words.sending + " " + percent + " %" : words.checking;
      });
      request.addEventListener("load", function () { settle(item, request); });
      request.addEventListener("error", function () { show(item, "failed", words.failed); });
      request.addEventListener("abort", function () { show(item, "cancelled", words.cancelled); });
      request.addEventListener("loadend", function () { sending = null; next(); });
      request.open("POST", words.uploads);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
      show(item, "sending", words.sending);
      request.send(data);
    }

    function next() {
      if (sending) { return; }
      sending = items.find(function (item) { return item.state === "waiting"; }) || null;
      if (!sending) { return; }
      var item = sending;
      show(item, "sending", words.shrinking);
      item.cancelled = false;
      shrunk(item.file).then(function (file) {
        if (item.cancelled) { sending = null; next(); return; }
        if (file.size > Number(words.most)) { show(item, "failed", words.large); sending = null; next(); return; }
        send(item, file);
      });
    }

    function cancel(item) {
      item.cancelled = true;
      if (item.request && item.request.readyState > 0 && item.request.readyState < 4) { item.request.abort(); } else { show(item, "cancelled", words.cancelled); }
      item.retry.focus();
    }

    /* Whoever has signed in again meanwhile has another protection token: take it from the page as it is now. */
    function renewed() {
      return fetch(window.location.href, { credentials: "same-origin" }).then(function (answer) {
        return answer.text();
      }).then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-uploads] [name=csrfmiddlewaretoken]");
        if (fresh) { form.elements.csrfmiddlewaretoken.value = fresh.value; }
      }).catch(function () { /* the attempt itself will tell */ });
    }

    function again(item) {
      item.request = null;
      item.cancelled = false;
      (item.signedOut ? renewed() : Promise.resolve()).then(function () {
        show(item, "waiting", words.waiting);
        item.cancel.focus();
        next();
      });
    }

    function add(file) {
      var item = { file: file, token: token(), row: made("li", "uploads__file") };
      item.bar = made("progress", "uploads__bar");
      item.bar.setAttribute("aria-label", file.name);
      item.says = made("span", "uploads__says");
      item.says.setAttribute("role", "status");
      item.cancel = button(words.cancel, file.name, function () { cancel(item); });
      item.retry = button(words.retry, file.name, function () { again(item); });
      item.row.append(made("span", "uploads__name", file.name), item.bar, item.says, item.cancel, item.retry);
      list.append(item.row);
      items.push(item);
      show(item, "waiting", words.waiting);
    }

    form.addEventListener("submit", function (event) { event.preventDefault(); });
    input.addEventListener("change", function () {
      Array.prototype.forEach.call(input.files, add);
      input.value = "";
      next();
    });
    window.addEventListener("beforeunload", function (event) {
      if (count("waiting") + count("sending")) {
        event.preventDefault();
        event.returnValue = words.leave;
      }
    });
    section.hidden = false;
  }

  document.querySelectorAll("[data-uploads]").forEach(offer);
  document.querySelectorAll("form[data-shrink]").forEach(shrinkChosen);
})();
