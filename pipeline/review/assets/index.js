// The index of the review: search, filter, order and leaf through the documents; gather the corrections that their pages keep in this browser.
"use strict";

const PER_PAGE = 50;
const FILTERS = ["doc_type", "province", "year", "findings", "confidence", "progress"];

const at = id => document.getElementById(id);
// What a value is called stands once, in the choices of its filter.
const called = (filter, value) => [...at(filter).options].find(one => one.value === value)?.text ?? value;
// Widths and cases are one, and so are the brackets of document numbers, which everybody types otherwise.
const plain = text => text.normalize("NFKC").toLowerCase().replace(/[〔\[【﹝]/g, "(").replace(/[〕\]】﹞]/g, ")");

let every = [];  // the documents, an object each
let shown = [];  // those that the filter lets through, in their order
let first = 0;   // the first one on the page

// Called by index-data.js, which holds the lines.
function gongwenIndex(fields, lines) {
  every = lines.map(line => Object.fromEntries(fields.map((field, n) => [field, line[n]])));
  for (const one of every) {
    one.text = plain([one.title, one.doc_number, one.issuers, one.province, one.place, one.name, one.year ?? ""].join("\n"));
    one.progress = progressOf(one);
  }
  const from = restore();
  update();
  turn(from);
}

// --- progress and corrections: what the documents' pages keep -----------------------------------------------------------

function progressOf(one) {
  const kept = Keep.load(one.key, one.id);
  if (!kept || !kept.checked && !kept.lines.length) return "none";
  if (kept.digest !== one.digest) return "old";
  return kept.total && kept.checked >= kept.total ? "all" : "some";
}

function download() {
  const lines = every.flatMap(one => Keep.load(one.key, one.id)?.lines ?? []).filter(kept => !kept.imported).map(kept => kept.line);
  if (!lines.length) return tell("gathered-about", "这个浏览器里还没有更正");
  const link = element("a", {href: URL.createObjectURL(new Blob([lines.join("\n") + "\n"], {type: "application/jsonl"})), download: "corrections.jsonl"});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
  tell("gathered-about", `已下载 ${lines.length} 条更正；用 gongwen correct --import corrections.jsonl 导入`);
}

function tell(id, text) {
  at(id).textContent = text;
}

// --- filter -------------------------------------------------------------------------------------------------------------

const PASSES = {
  doc_type: (one, value) => one.doc_type === value,
  province: (one, value) => value === "-" ? !one.province : one.province === value,
  year: (one, value) => value === "-" ? !one.year : one.year === Number(value),
  findings: (one, value) => value === "none" ? !one.errors && !one.warnings && !one.residue : one[value] > 0,
  confidence: (one, value) => one.confidence === value,
  progress: (one, value) => one.progress === value,
};
const ORDERS = {
  name: () => 0,
  errors: (a, b) => b.errors - a.errors || b.warnings - a.warnings || b.residue - a.residue,
  year: (a, b) => (b.year ?? 0) - (a.year ?? 0),
};

function update() {
  const words = plain(at("words").value).split(/\s+/).filter(Boolean);
  const wanted = FILTERS.map(name => [name, at(name).value]).filter(([, value]) => value);
  shown = every.filter(one => words.every(word => one.text.includes(word)) && wanted.every(([name, value]) => PASSES[name](one, value)));
  const order = at("order").value;
  if (order !== "name") shown.sort(ORDERS[order]);
  turn(0);
}

function turn(to) {
  first = Math.max(0, to < shown.length ? to : 0);
  keep();
  draw();
}

// What was asked stands in the address, so that going back from a document finds the list as it was.
function keep() {
  const told = new URLSearchParams(["words", "order", ...FILTERS].map(name => [name, at(name).value]).filter(([, value]) => value && value !== "name"));
  if (first) told.set("first", first);
  try {
    history.replaceState(null, "", told.size ? `#?${told}` : location.pathname + location.search);
  } catch { /* some browsers do not allow it for files */ }
}

// The number of the first document on the page.
function restore() {
  const told = new URLSearchParams(location.hash.startsWith("#?") ? location.hash.slice(2) : "");
  for (const [name, value] of told) {
    if (["words", "order", ...FILTERS].includes(name)) at(name).value = value;
  }
  return Number(told.get("first")) || 0;
}

// --- the list -----------------------------------------------------------------------------------------------------------

function draw() {
  fill(shown.slice(first, first + PER_PAGE));
  tell("found", `${every.length} 份中有 ${shown.length} 份`);
  const last = Math.min(first + PER_PAGE, shown.length);
  tell("where", shown.length ? `第 ${first + 1}–${last} 份` : "");
  at("before").disabled = first === 0;
  at("behind").disabled = last >= shown.length;
  at("pager").hidden = shown.length <= PER_PAGE;
}

function fill(some) {
  at("documents").tBodies[0].replaceChildren(...some.map(row));
}

function row(one) {
  const made = document.createElement("tr");
  made.append(name(one), cell("类型", called("doc_type", one.doc_type)), cell("地区", one.place || one.province || "—"), cell("年度", one.year ?? "—"), findings(one),
              cell("可信度", called("confidence", one.confidence), `confidence ${one.confidence}`), cell("进度", called("progress", one.progress), "progress"));
  return made;
}

function name(one) {
  const made = element("th", {scope: "row"});
  const link = element("a", {href: `documents/${one.key}.html`});
  link.append(element("bdi", {}, one.title || one.name));
  const beside = [one.doc_number, one.issuers, one.name].filter(Boolean);
  made.append(link, ...beside.map(text => element("bdi", {class: "beside"}, text)));
  return made;
}

function findings(one) {
  const told = [[one.errors, "错误", "error"], [one.warnings, "警告", "warning"], [one.residue, "未归属", "residue"], [one.corrections, "更正", "correction"]].filter(([count]) => count);
  const made = cell("发现", told.length ? "" : "—");
  made.append(...told.map(([count, word, kind]) => element("span", {class: `count ${kind}`}, `${word} ${count}`)));
  if (one.ocr) made.append(element("span", {class: "count"}, "识别"));
  return made;
}

function cell(head, text, kind = "") {
  return element("td", {"data-head": head, class: kind}, String(text));
}

function element(tag, attributes, text = "") {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function leaf(by) {
  turn(first + by * PER_PAGE);
  at("found").focus({preventScroll: true});
  at("documents").scrollIntoView({block: "start"});
}

// --- pictures -----------------------------------------------------------------------------------------------------------

function choose(select) {
  for (const one of document.querySelectorAll(`.picture[data-of="${select.dataset.pictures}"]`)) one.hidden = one.dataset.n !== select.value;
}

// --- events -------------------------------------------------------------------------------------------------------------

at("filter").addEventListener("input", update);
at("filter").addEventListener("reset", () => setTimeout(update));
at("filter").addEventListener("submit", event => event.preventDefault());
at("before").addEventListener("click", () => leaf(-1));
at("behind").addEventListener("click", () => leaf(1));
at("download").addEventListener("click", download);
document.addEventListener("change", event => event.target.dataset.pictures && choose(event.target));
addEventListener("beforeprint", () => fill(shown)); // paper has no pages to leaf through
addEventListener("afterprint", draw);
document.addEventListener("keydown", event => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    event.preventDefault();
    at("words").focus();
  }
});
