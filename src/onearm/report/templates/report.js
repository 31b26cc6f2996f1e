(function () {
  "use strict";
  var body = document.body, reader = document.getElementById("reader"), pinned = null, shown = null;
  var bySubject = {};
  // The lists behind a number hold most links of the page: what their address says is not written twice.
  document.querySelectorAll(".who-list a").forEach(function (node) {
    node.classList.add("who");
    node.setAttribute("data-subject", node.getAttribute("href").slice(4));
  });
  document.querySelectorAll("[data-subject]").forEach(function (node) {
    var key = node.getAttribute("data-subject");
    (bySubject[key] = bySubject[key] || []).push(node);
  });
  function show(key) {
    if (key === shown) { return; }
    if (shown) { (bySubject[shown] || []).forEach(function (node) { node.classList.remove("on"); }); }
    shown = key;
    body.classList.toggle("active", Boolean(key));
    reader.hidden = true;
    if (!key) { return; }
    var words = "";
    (bySubject[key] || []).forEach(function (node) {
      node.classList.add("on");
      words = words || node.getAttribute("aria-label") || "";
    });
    if (words) { reader.textContent = words; reader.hidden = false; }
  }
  function subjectOf(target) {
    var node = target && target.closest ? target.closest("[data-subject]") : null;
    return node ? node.getAttribute("data-subject") : null;
  }
  document.addEventListener("mouseover", function (event) { show(subjectOf(event.target) || pinned); });
  document.addEventListener("focusin", function (event) { show(subjectOf(event.target) || pinned); });
  document.addEventListener("focusout", function () { show(pinned); });
  function pin(event) {
    var inPlot = event.target.closest && event.target.closest(".linked");
    if (!inPlot) { return; }
    var key = subjectOf(event.target);
    pinned = key && key !== pinned ? key : null;
    show(pinned);
  }
  document.addEventListener("click", pin);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { pinned = null; show(null); }
    if ((event.key === "Enter" || event.key === " ") && event.target.closest && event.target.closest(".pt")) {
      event.preventDefault();
      pin(event);
    }
  });
  function openTarget() {
    var target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    for (var node = target; node; node = node.parentElement) { if (node.tagName === "DETAILS") { node.open = true; } }
    if (target) { target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();
  var narrow = window.matchMedia("(max-width: 69.99rem)"), contents = document.querySelector(".contents details");
  if (narrow.matches) { contents.open = false; }
  narrow.addEventListener("change", function (event) { contents.open = !event.matches; });
  var opened = [];
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main section:not(#trace) details:not([open])").forEach(function (node) { node.open = true; opened.push(node); });
  });
  window.addEventListener("afterprint", function () { opened.splice(0).forEach(function (node) { node.open = false; }); });
  if ("IntersectionObserver" in window) {
    var links = {};
    document.querySelectorAll(".contents a").forEach(function (link) { links[link.getAttribute("href").slice(1)] = link; });
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) { return; }
        Object.keys(links).forEach(function (id) { links[id].classList.toggle("here", id === entry.target.id); });
      });
    }, { rootMargin: "-10% 0px -80% 0px" });
    document.querySelectorAll("main section").forEach(function (section) { observer.observe(section); });
  }
})();
