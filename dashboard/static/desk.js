// The live desk: asks each second whether something changed, shows it, and makes a new emergency heard.
(function () {
  "use strict";
  // The simulator: a changed channel or language is shown at once, and the newest message is in sight.
  document.querySelectorAll("[data-submit]").forEach(function (list) {
    list.addEventListener("change", function () { list.form.requestSubmit(list.form.querySelector("[value=show]")); });
  });
  // A password can be looked at while it is typed; an invitation's code comes behind the # of its link, which no server sees.
  document.querySelectorAll("[data-show]").forEach(function (box) {
    box.addEventListener("change", function () {
      box.dataset.show.split(" ").forEach(function (id) { document.getElementById(id).type = box.checked ? "text" : "password"; });
    });
  });
  var code = document.querySelector("[data-from-address]");
  if (code && location.hash.length > 1) {
    code.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }
  var screen = document.querySelector(".screen");
  if (screen) screen.scrollTop = screen.scrollHeight;

  var rows = document.getElementById("rows"), file = document.getElementById("case");
  var offline = document.getElementById("offline"), sound = document.getElementById("sound");
  var audio = null, emergencies = rows ? Number(rows.dataset.emergencies) : 0, title = document.title, alarmed = emergencies > 0, failed = 0;

  // As long as the desk itself keeps a session without a click: after that nothing of it stays on the screen, also without a connection.
  var IDLE = 15 * 60000, answered = Date.now(), signedIn = document.querySelector('form[action="/logout"]');
  function forget() {
    if (!signedIn || Date.now() - answered < IDLE) return;
    document.title = "Desk";
    document.body.textContent = "This page has been left, or had no connection, for a quarter of an hour. Reload it to go on.";
    signedIn = rows = file = null;
  }

  function beep() {
    if (!audio || audio.state !== "running") return;
    [[660, 0], [880, 0.22], [660, 0.44]].forEach(function (tone) {
      var o = audio.createOscillator(), g = audio.createGain(), at = audio.currentTime + tone[1];
      o.frequency.value = tone[0];
      g.gain.setValueAtTime(0.0001, at);
      g.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
      g.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
      o.connect(g).connect(audio.destination);
      o.start(at);
      o.stop(at + 0.22);
    });
    document.documentElement.dataset.beeps = Number(document.documentElement.dataset.beeps || 0) + 1;
  }

  function soundOn(byHand) {
    audio = audio || new AudioContext();
    audio.resume().then(function () {
      if (audio.state !== "running") return;
      sound.textContent = "Sound: on";
      sound.setAttribute("aria-pressed", "true");
      sessionStorage.setItem("sound", "on");
      if (byHand || alarmed) beep();
    });
  }

  function alarm() {
    if (!rows) return;
    document.title = emergencies ? "(" + emergencies + ") " + title : title;
    if (alarmed) beep();
  }

  function tell(ok) {
    if (ok) { failed = 0; answered = Date.now(); offline.hidden = true; return; }
    failed += 1;
    if (failed === 3) {
      offline.querySelector("span").textContent = new Date().toTimeString().slice(0, 5);
      offline.hidden = false;
    }
  }

  function ask(url, use) {
    return fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" }).then(function (answer) {
      if (answer.status === 401) { location.assign("/login"); return; }
      if (answer.status === 404 && file) { tell(true); return; }
      if (!answer.ok) throw new Error(answer.status);
      tell(true);
      if (answer.status === 200) return answer.json().then(use);
    }).catch(function () { tell(false); });
  }

  function pollQueue() {
    if (!rows) return;
    var query = new URLSearchParams(location.search);
    query.set("mark", rows.dataset.mark);
    ask("/queue/live?" + query, function (news) {
      var focused = document.activeElement && document.activeElement.closest("tr");
      var ref = focused && focused.dataset.ref;
      rows.innerHTML = news.html;
      rows.dataset.mark = news.mark;
      if (ref) { var link = rows.querySelector('tr[data-ref="' + ref + '"] a'); if (link) link.focus(); }
      if (news.emergencies > emergencies) { alarmed = true; emergencies = news.emergencies; alarm(); }
      emergencies = news.emergencies;
      if (!emergencies) alarmed = false;
      document.title = emergencies ? "(" + emergencies + ") " + title : title;
    }).then(function () { setTimeout(pollQueue, 1000); });
  }

  function pollCase() {
    if (!file) return;
    ask("/cases/" + file.dataset.ref + "/live", function (news) {
      if (String(news.version) !== file.dataset.version) document.getElementById("changed").hidden = false;
    }).then(function () { setTimeout(pollCase, 2000); });
  }

  function tick() {
    document.querySelectorAll("[data-due]").forEach(function (cell) {
      var left = Number(cell.dataset.due) - Date.now(), minutes = Math.floor(Math.abs(left) / 60000);
      var amount = minutes < 120 ? minutes + " min" : minutes < 2880 ? Math.floor(minutes / 60) + " h" : Math.floor(minutes / 1440) + " d";
      cell.textContent = minutes < 1 ? "due now" : amount + (left < 0 ? " over" : " left");
      cell.classList.toggle("over", left < 0);
    });
  }

  function count() {
    var area = document.getElementById("reply"), out = document.getElementById("count");
    if (!area || !out || area.dataset.sms !== "sms") return;
    function show() {
      var text = area.value, plain = /^[\x20-\x7e\n\r]*$/.test(text), one = plain ? 160 : 70, many = plain ? 153 : 67;
      out.textContent = text.length + " characters, " + (text.length <= one ? 1 : Math.ceil(text.length / many)) + " SMS";
    }
    area.addEventListener("input", show);
    show();
  }

  if (sound && rows) {
    sound.hidden = false;
    sound.addEventListener("click", function () { soundOn(true); });
    if (sessionStorage.getItem("sound") === "on") soundOn(false);
    // The first touch of the page is enough of a gesture for a browser.
    addEventListener("pointerdown", function () { if (!audio) soundOn(false); }, { once: true });
  }
  if (rows) { pollQueue(); setInterval(function () { if (alarmed && emergencies) alarm(); }, 8000); alarm(); }
  if (file) { pollCase(); count(); }
  setInterval(function () { forget(); tick(); }, 10000);
  addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  tick();
})();
