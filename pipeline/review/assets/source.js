"use strict";
/* The source: finding, lighting up and showing a place. A place is `b8`, `b8:112-118`, `t1:3`, `t1:3:2`, `t1:3:2:0-4`, `page3`. */
const Source = (() => {
  const pane = document.getElementById("source"), pages = document.getElementById("pages"), text = document.getElementById("text");
  let lit = [], here = null; // what is lit up, and where one is in the text

  function parse(place) {
    const span = /:(\d+)-(\d+)$/.exec(place);
    return span ? { id: place.slice(0, span.index), start: +span[1], end: +span[2] } : { id: place, start: 0, end: Infinity };
  }

  /* Whether two places have something in common. */
  function meet(one, other) {
    const a = parse(one), b = parse(other);
    return a.id === b.id && a.start < b.end && b.start < a.end;
  }

  /* The elements of the laid-out text at a place: marks within a span, else the block, row or cell. */
  function printed(place) {
    const { id, start, end } = parse(place), holder = document.getElementById(id);
    if (!holder || !text.contains(holder)) return [];
    const marks = end === Infinity ? [] : [...holder.querySelectorAll("[data-s]")].filter((one) => +one.dataset.s >= start && +one.dataset.s < end);
    return marks.length ? marks : [holder];
  }

  /* The boxes on the pages at a place: a cell's, or those of the lines that a span goes over. */
  function boxes(place) {
    if (!pages) return [];
    const whole = document.getElementById(`r:${place}`);
    if (whole) return [whole];
    const { id, start, end } = parse(place), own = document.getElementById(`r:${id}`);
    if (own) return [own];
    const near = pages.querySelectorAll(`rect[data-r^="${CSS.escape(id)}:"]`);
    return [...near].filter((one) => { const line = parse(one.dataset.r); return line.end === Infinity || (line.start < end && start < line.end); });
  }

  function dim() {
    for (const one of lit) one.classList.remove("lit", "also");
    lit = [];
  }

  function light(one, kind) {
    if (lit.includes(one)) return;
    one.classList.add(kind);
    lit.push(one);
  }

  /* Light up places, the first of them most; show the first. What is shown: the element, or null where the source has no such place. */
  function show(places) {
    dim();
    here = printed(places[0] ?? "")[0] ?? here;
    places.forEach((place, n) => [...printed(place), ...boxes(place)].forEach((one) => light(one, n ? "also" : "lit")));
    return places.length ? reveal(places[0]) : null;
  }

  function reveal(place) {
    const paper = place.startsWith("page") ? document.getElementById(place) : null;
    const target = paper ?? (pages && !pages.hidden ? boxes(place)[0] : null) ?? printed(place)[0];
    if (!target) return null;
    if (!paper && pages && !target.closest("#pages")) view("text");
    into(target, pane);
    return target;
  }

  /* Scroll a pane so that an element, down to `last`, is seen. What was never drawn gets its true height on the way, so again in the next frames, until it stands. */
  function into(target, scroller, last = target, frames = 12) {
    const by = off(target.getBoundingClientRect(), last.getBoundingClientRect().bottom, scroller), before = scroller.scrollTop;
    scroller.scrollTop += by;
    aside(target, scroller);
    if (frames > 9 || (frames && scroller.scrollTop !== before)) requestAnimationFrame(() => into(target, scroller, last, frames - 1));
  }

  function aside(target, scroller) {
    const at = target.getBoundingClientRect(), frame = scroller.getBoundingClientRect();
    if (at.left < frame.left || at.right > frame.right) target.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /* How far to scroll: what is near moves no more than it must, what is far comes into the upper part. */
  function off(at, bottom, scroller) {
    const frame = scroller.getBoundingClientRect(), top = frame.top + (scroller.querySelector(".bar")?.offsetHeight ?? 0);
    if (at.top < top || at.top > frame.bottom) return at.top - top - (frame.bottom - top) / 6;
    return bottom > frame.bottom - 8 ? Math.min(bottom - frame.bottom + 8, at.top - top) : 0;
  }

  /* Show the pages (`pages`) or the laid-out text (`text`). */
  function view(which) {
    if (!pages) return;
    pages.hidden = which !== "pages";
    text.hidden = which === "pages";
    for (const one of pane.querySelectorAll("[data-view]")) one.setAttribute("aria-pressed", String(one.dataset.view === which));
    const first = lit.find((one) => one.classList.contains("lit") && one.getClientRects().length);
    if (first) into(first, pane);
  }

  function toggle() { if (pages) view(pages.hidden ? "pages" : "text"); }

  /* What was met at an element of the source: {facts: ids, place, kind: "fact", "row" (facts of its row only), "number" or "none"}; null for nothing at all. */
  function met(element) {
    const box = element.closest("rect");
    if (box) return gathered(box.dataset.r, printed(box.dataset.r));
    const mark = element.closest("[data-s]"), cell = element.closest("td, li");
    if (!mark && !cell?.textContent.trim()) return null;
    return gathered(placed(mark, cell), [mark ?? cell]);
  }

  function placed(mark, cell) {
    const holder = cell ?? mark.closest("[id]");
    return mark && mark !== holder ? `${holder.id}:${mark.dataset.s}-${+mark.dataset.s + [...mark.textContent].length}` : holder.id;
  }

  function gathered(place, some) {
    const own = ids(some.flatMap((one) => [one, ...one.querySelectorAll("[data-f]")]));
    if (own.length) return { facts: own, place, kind: "fact" };
    const row = some[0]?.closest("tr");
    const beside = row ? ids([...row.querySelectorAll("[data-f]")]) : [];
    const number = some.some((one) => one.classList.contains("n") || one.querySelector(".n"));
    return { facts: beside, place, kind: beside.length ? "row" : number ? "number" : "none", number };
  }

  function ids(some) { return [...new Set(some.flatMap((one) => (one.dataset.f ?? "").split(" ").filter(Boolean)))]; }

  /* The next mark of the text from where one is, by -1 the one before; null where there is none. */
  function step(by) {
    const some = text.querySelectorAll(".m.n, .m.c, .m.q, .m.r"), ahead = behind(some);
    const before = some[ahead - 1] === here ? ahead - 2 : ahead - 1;
    return some[by > 0 ? ahead : before] ?? null;
  }

  /* The number of the first mark behind where one is: there may be tens of thousands. */
  function behind(some) {
    let from = 0, to = here ? some.length : 0;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (here.compareDocumentPosition(some[middle]) & Node.DOCUMENT_POSITION_FOLLOWING) to = middle; else from = middle + 1;
    }
    return from;
  }

  /* Before the page is printed: every picture of it, also those that were never scrolled to. */
  function draw() { for (const one of pages?.querySelectorAll("img") ?? []) one.loading = "eager"; }

  view("pages");
  return { show, into, view, toggle, met, meet, step, draw, dim, printed, pane };
})();
