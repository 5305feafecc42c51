// The values of a chart, one by one: by pointer, finger and keys. Without this
// the table below it says the same. Needs app.js.
"use strict";

(() => {
  // Whatever has a title of its own in a drawing is a point of it.
  const pointsOf = (drawing) => [...drawing.querySelectorAll("* > title")].map((title) => title.parentNode).filter((point) => point !== drawing);

  // One point of each chart is reached by Tab. A picture can hold nothing that
  // takes the focus, so the drawing becomes a group of pictures.
  function prepare() {
    for (const drawing of document.querySelectorAll('.chart > svg[role="img"]')) {
      drawing.setAttribute("role", "group");
      for (const [i, point] of pointsOf(drawing).entries()) {
        point.setAttribute("role", "img");
        point.setAttribute("tabindex", i === 0 ? "0" : "-1");
      }
    }
  }
  prepare();
  onHtmx(["htmx:after:swap", "htmx:afterSwap"], prepare);

  // The name of a point in focus is read aloud already; what the pointer finds
  // is not.
  function show(drawing, point, live) {
    const value = drawing.parentNode.querySelector(".chart-value");
    const words = point.querySelector("title").textContent;
    for (const other of drawing.querySelectorAll(".at")) other.classList.remove("at");
    point.classList.add("at");
    if (value.textContent === words) return;
    value.setAttribute("aria-live", live);
    value.textContent = words;
  }

  // The nearest point counts, since most are smaller than a finger; and across
  // more than up, since a time is looked for by its day.
  function nearest(drawing, x, y) {
    const away = (low, at, high) => Math.max(low - at, 0, at - high);
    let best = null, least = Infinity;
    for (const point of pointsOf(drawing)) {
      const box = point.getBoundingClientRect();
      const distance = Math.hypot(away(box.left, x, box.right), away(box.top, y, box.bottom) / 4);
      if (distance < least) [best, least] = [point, distance];
    }
    return best;
  }

  const drawingOf = (event) => event.target.closest?.(".chart > svg");
  for (const name of ["pointermove", "pointerdown"]) {
    document.addEventListener(name, (event) => {
      const drawing = drawingOf(event);
      const point = drawing && nearest(drawing, event.clientX, event.clientY);
      if (point) show(drawing, point, "polite");
    });
  }

  function choose(drawing, point) {
    for (const other of pointsOf(drawing)) other.setAttribute("tabindex", other === point ? "0" : "-1");
    show(drawing, point, "off");
  }
  document.addEventListener("focusin", (event) => {
    const drawing = drawingOf(event);
    if (drawing && event.target !== drawing) choose(drawing, event.target);
  });

  document.addEventListener("keydown", (event) => {
    const drawing = drawingOf(event);
    if (!drawing || event.ctrlKey || event.metaKey || event.altKey) return;
    const points = pointsOf(drawing), at = points.indexOf(event.target);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: points.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    points[to]?.focus();
  });
})();
