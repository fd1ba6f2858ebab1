"use strict";
/* What a browser keeps of the review of a document, in localStorage:

   gongwen/review/KEY   KEY as in documents/KEY.html; JSON of
     {version: 1, id, name, title, digest,      the document, and the digest of the record that was checked
      total, checked,                           facts, and those that were looked at
      marks: {FACT: {state, note}},             state "ok" or "fixed" (or none); FACT is made of what the fact says and where
      lines: [{fact, field, label, was, value, line}]}   `line` is a line of JSON as `gongwen correct --import` takes it
   gongwen/review-who   who corrects
   gongwen/review-keys  "off" where single keys do nothing

   A browser may refuse to keep anything; then all of it lasts as long as the page. */
const Keep = (() => {
  const PREFIX = "gongwen/review/";

  function read(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  }

  /* Whether it was kept. */
  function write(name, text) {
    try { localStorage.setItem(name, text); return true; } catch { return false; }
  }

  function works() {
    try { return localStorage.length >= 0; } catch { return false; }
  }

  /* What is kept of a document; null where there is nothing, or nothing that this page understands. */
  function load(key) {
    try {
      const kept = JSON.parse(read(PREFIX + key));
      return kept?.version === 1 && Object.values(kept.marks).every((mark) => typeof mark === "object") && kept.lines.every((one) => JSON.parse(one.line)) ? kept : null;
    } catch { return null; }
  }

  function save(key, kept) { return write(PREFIX + key, JSON.stringify(kept)); }

  return { PREFIX, read, write, works, load, save };
})();
