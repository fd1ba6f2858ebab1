"use strict";
/* What a browser keeps of the review of a document, in localStorage:

   gongwen/review/KEY   KEY as in documents/KEY.html; JSON of
     {version: 1, id, name, title, digest,      the document, and the digest of the record that was checked; id is that of its content
      total, checked,                           facts, and those that were looked at
      marks: {FACT: {state, note, name}},       state "ok" or "fixed" (or none); FACT is made of what the fact says and where, and may be gone from the record; name: what it was called
      lines: [{fact, field, label, was, value, line, imported}]}   `line` is a line of JSON as `gongwen correct --import` takes it; imported: its standing in the record, "" if it is not there
   gongwen/review/KEY/ID   the same of another content under the same name (two archives may each hold 通知.txt), which was checked before
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

  /* What is kept of a document with the content `id`, without one of the content that was checked last; null where there is nothing, or nothing that this page understands. */
  function load(key, id) {
    const last = understood(key);
    return id === undefined || last?.id === id ? last : understood(`${key}/${id}`);
  }

  function understood(key) {
    try {
      const kept = JSON.parse(read(PREFIX + key));
      return kept?.version === 1 && Object.values(kept.marks).every((mark) => typeof mark === "object") && kept.lines.every((one) => JSON.parse(one.line)) ? kept : null;
    } catch { return null; }
  }

  /* Whether it was kept. What stands there of another content steps aside first. */
  function save(key, kept) {
    const last = understood(key);
    const aside = !last || last.id === kept.id || write(`${PREFIX}${key}/${last.id}`, JSON.stringify(last));
    return aside && write(PREFIX + key, JSON.stringify(kept));
  }

  return { PREFIX, read, write, works, load, save };
})();
