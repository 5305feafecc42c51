// The search box beyond what htmx does: keys, what was chosen lately, and lines
// that break. Everything works without it too, by pages. Needs app.js.
"use strict";

(() => {
  const box = document.getElementById("q");
  const hits = document.getElementById("hits");
  const editable = (element) => element.closest("input, textarea, select, [contenteditable]");
  const links = () => [...hits.querySelectorAll("a.hit")];

  // "/" leads to the box, from pages without one to the page that has it. Not
  // every keyboard asks before it types, so the stroke is kept out of the box.
  let stroke = false;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || editable(event.target)) return;
    event.preventDefault();
    if (!box) {
      location.assign("/predict#q");
      return;
    }
    stroke = true;
    box.focus();
    box.select();
  });
  if (!box || !hits) return;
  document.addEventListener("keyup", () => {
    stroke = false;
  });
  box.addEventListener("beforeinput", (event) => {
    if (stroke && event.data === "/") event.preventDefault();
  });

  // Up and down lead through the hits, and back to the box.
  function step(event, from) {
    const all = links();
    const to = all.indexOf(from) + (event.key === "ArrowDown" ? 1 : -1);
    if (all.length === 0 || to >= all.length || to < -1) return;
    event.preventDefault();
    hits.hidden = false;
    (all[to] ?? box).focus();
  }

  function empty() {
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Escape closes the hits, and then empties the box.
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") step(event, null);
    if (event.key === "Escape" && box.value !== "") {
      event.preventDefault();
      if (!hits.hidden && hits.childElementCount > 0) hits.hidden = true;
      else empty();
    }
  });

  hits.addEventListener("keydown", (event) => {
    const hit = event.target.closest("a.hit");
    if (!hit || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event, hit);
    if (event.key === "Escape") {
      event.preventDefault();
      box.focus();
      hits.hidden = box.value !== "";
    }
    // Who goes on typing types into the box.
    if (event.key.length === 1 && event.key !== " " && event.key !== "/") box.focus();
  });

  box.addEventListener("input", () => {
    hits.hidden = false;
  });

  // The numbers of the runners chosen lately are kept in this browser alone.
  const remembered = "recent", most = 8;
  function recall() {
    try {
      return (localStorage.getItem(remembered) ?? "").split(".").filter((id) => /^[1-9][0-9]{0,17}$/.test(id)).slice(0, most);
    } catch {
      return []; // storage is switched off
    }
  }
  function remember(ids) {
    try {
      if (ids.length > 0) localStorage.setItem(remembered, ids.join("."));
      else localStorage.removeItem(remembered);
    } catch {
      // not remembered, then
    }
  }
  const runnerOf = (link) => {
    const to = new URL(link.href);
    return to.searchParams.get("runner") ?? to.pathname.match(/^\/runners\/([0-9]+)$/)?.[1];
  };
  hits.addEventListener("click", (event) => {
    const id = event.target.closest("a.hit") && runnerOf(event.target.closest("a.hit"));
    if (id) remember([id, ...recall().filter((other) => other !== id)].slice(0, most));
    if (event.target.closest("[data-forget]")) {
      remember([]);
      hits.replaceChildren();
      box.focus();
    }
  });

  // They are offered while nothing is typed, where nothing else stands.
  const vacant = () => box.value.trim() === "" && hits.childElementCount === 0;
  async function offer() {
    if (!vacant() || recall().length === 0) return;
    const question = new URL(box.form.action);
    question.searchParams.set("recent", recall().join("."));
    try {
      const answer = await fetch(question, { headers: { "HX-Request": "true" } });
      const list = await answer.text();
      if (!answer.ok || !vacant()) return;
      hits.innerHTML = list;
      htmx.process(hits);
    } catch {
      // no line: there is nothing to offer
    }
  }
  offer();

  // An answer that comes late takes the hit in focus away: it goes on from there.
  let chosen = "";
  document.addEventListener("focusin", (event) => {
    chosen = hits.contains(event.target) ? event.target.href : "";
  });

  // After a lost line the question is asked again until there is an answer.
  const patience = 500, limit = 15000;
  let waiting = 0, pause = patience;
  const ask = () => htmx.trigger(box, "retry");
  const source = (event) => event.detail?.ctx?.sourceElement ?? event.target;
  onHtmx(["htmx:after:swap", "htmx:afterSwap"], (event) => {
    if ((event.detail?.ctx?.target ?? event.target) !== hits) return;
    clearTimeout(waiting);
    waiting = 0;
    pause = patience;
    if (chosen && document.activeElement === document.body) (links().find((hit) => hit.href === chosen) ?? links()[0] ?? box).focus();
    offer();
  });
  onLost((event) => {
    if (source(event) !== box) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, pause);
    pause = Math.min(2 * pause, limit);
  });
  window.addEventListener("online", () => {
    if (waiting) ask();
  });

  // Over a slow line somebody may have typed before htmx was there to listen.
  setTimeout(() => {
    if (box.value !== box.defaultValue) ask();
  });
})();
