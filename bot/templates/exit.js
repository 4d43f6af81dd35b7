// Leaves at once, and without a way back to this page: also on three presses of Escape.
(function () {
  var link = document.getElementById("exit"), presses = 0;
  if (!link) return;
  function leave(event) {
    if (event) event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(link.href);
  }
  link.addEventListener("click", leave);
  addEventListener("keydown", function (event) {
    presses = event.key === "Escape" ? presses + 1 : 0;
    if (presses > 2) leave(event);
  });
  // A file that is too large is said so before minutes are spent on sending it.
  addEventListener("change", function (event) {
    var field = event.target, sum = 0, said = field.parentNode.querySelector("[role=alert]");
    if (field.type !== "file" || !said) return;
    Array.prototype.forEach.call(field.files, function (file) { sum += file.size; });
    said.textContent = sum > Number(field.dataset.limit) ? said.dataset.said : "";
    if (said.textContent) field.value = "";
  });
  // A page that comes back out of the browser's memory is asked for anew.
  addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
})();
