// What the pages need beyond htmx; everything works without it too.
"use strict";

// Both the event names of htmx 4 and those of htmx 2.
function onHtmx(names, listener) {
  for (const name of names) document.addEventListener(name, listener);
}

const lost = () => document.getElementById("lost");

// Says aloud what stands there, once typing pauses.
let speaking;
function speak(selector) {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const words = document.querySelector(selector);
    document.getElementById("spoken").textContent = words ? words.textContent : "";
  }, 600);
}

// A chosen prediction is brought into view, and read from its heading. Who
// chooses among its distances stays there.
function showPrediction() {
  const heading = document.querySelector("#prediction h2");
  if (!heading || heading.closest("article").contains(document.activeElement)) return;
  heading.focus({ preventScroll: true });
  const box = heading.getBoundingClientRect();
  if (box.top < 0 || box.top > window.innerHeight * 0.6) heading.scrollIntoView({ block: "start" });
}

onHtmx(["htmx:after:swap", "htmx:afterSwap"], (event) => {
  const target = event.detail?.ctx?.target ?? event.target;
  if (target.id === "hits") speak("#hits .count, #hits .hint");
  if (target.id === "prediction") showPrediction();
  if (target.id === "goal") speak("#goal .answer, #goal .problem");
});

// A request that a newer one replaced is no lost connection; htmx 4 tells of
// an answer with an error status by the same event, but with the answer.
function onLost(listener) {
  onHtmx(["htmx:sendError", "htmx:timeout", "htmx:error"], (event) => {
    const ctx = event.detail?.ctx;
    if (event.type !== "htmx:error" || (ctx && !ctx.response)) listener(event);
  });
}
onLost(() => {
  lost().hidden = false;
});
onHtmx(["htmx:after:request", "htmx:afterOnLoad"], (event) => {
  if (event.type !== "htmx:after:request" || event.detail?.ctx?.response) lost().hidden = true;
});
window.addEventListener("online", () => {
  lost().hidden = true;
});

// Records are edited in their rows: the first field has the focus then, Escape
// cancels, and the row has the focus again in the end.
onHtmx(["htmx:after:swap", "htmx:afterSwap"], (event) => {
  const target = event.detail?.ctx?.target ?? event.target;
  const row = target.matches?.(".record") && document.getElementById(target.id);
  if (row) (row.querySelector("[autofocus]") ?? row.querySelector(".record-actions a"))?.focus();
});
document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && !event.isComposing && event.target.closest?.(".record-form");
  form?.querySelector?.("[data-cancel]")?.click();
});

// A browser may keep a page that was left, whole, even one that no cache may
// store, and show it again after its user has signed out. So nothing is left
// on it to see, and it is asked for anew.
const signedIn = () => document.querySelector('form[action="/logout"]');
window.addEventListener("pagehide", () => {
  if (signedIn()) document.documentElement.hidden = true;
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted && signedIn()) location.reload();
});
