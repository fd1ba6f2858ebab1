"use strict";
/* Correction lines. Locators and values come as JSON texts and are joined as texts: a number keeps every digit that it was given. */
const Lines = (() => {
  const DIGITS = 18; // what no sum has more of: see pipeline/corrections/correction.py
  const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
  const FORMS = {
    integer: [/^-?(0|[1-9]\d*)$/, "应是整数，例如 12"],
    level: [/^[1-5]$/, "应是 1 到 5"],
    date: [/^(19|20)\d{2}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$/, "应写作 2024-05-23（只有月份写 2024-05）"],
    adcode: [/^\d{6}$/, "应是六位区划代码"],
  };
  const json = JSON.stringify;

  /* Every leaf of a part, and the part as a whole: {field, key, label, kind, empty, choices, value (JSON text), was (JSON text)}. */
  function leaves(part, kinds) {
    const every = { ...part.k, ...part.i };
    const found = Object.keys(every).filter((key) => !key.endsWith("values") || !part.i).map((key) => leaf(part, key, every[key], kinds[part.p]));
    return found.filter(Boolean).concat(part.d ? [whole(part)] : []);
  }

  function leaf(part, key, value, kinds) {
    const item = /^(.+?)\[(.*)\]$/.exec(key);
    const kind = kinds[item ? `${item[1]}[]` : key];
    if (!kind) return null;
    const [label, type, empty, choices] = kind;
    const field = part.p ? `${part.p}.${key}` : key;
    return { field, key, label: item ? item[2] : label, kind: type, empty, choices, value, was: part.w?.[field] ?? value, locator: part.l };
  }

  function whole(part) {
    const value = `{${Object.entries(part.k).map(([key, text]) => `${json(key)}: ${text}`).join(", ")}}`;
    return { field: part.p, key: "", label: "整项不应有，删去", kind: "none", empty: true, choices: [], value, was: part.w?.[part.p] ?? value, locator: part.l };
  }

  /* The JSON text that a person's words tell. Throws an Error that says in Chinese why they tell none. */
  function value(leaf, text) {
    if (text === null || leaf.kind === "none") return "null";
    if (leaf.kind === "texts") return json(text.split("\n").map((one) => one.trim()).filter(Boolean).map(plain));
    if (leaf.kind === "object") return object(text);
    if (leaf.kind === "boolean") return text;
    if (leaf.kind === "number" || leaf.kind === "integer" || leaf.kind === "level") return number(leaf.kind, text.trim());
    const form = FORMS[leaf.kind];
    if (form && !form[0].test(text)) throw new Error(form[1]);
    return json(plain(text));
  }

  function number(kind, text) {
    if (!NUMBER.test(text) || text.length > DIGITS) throw new Error(`应是数，例如 1234.5（不写千分位和单位，最多 ${DIGITS} 位）`);
    if (FORMS[kind] && !FORMS[kind][0].test(text)) throw new Error(FORMS[kind][1]);
    return text;
  }

  function plain(text) {
    if (/\p{Cc}|\p{Cs}/u.test(text)) throw new Error("文字中不能有换行和控制字符");
    return text;
  }

  function object(text) {
    try {
      if (/^\s*\{/.test(text) && JSON.parse(text)) return text.trim().replace(/\s*\n\s*/g, " ");
    } catch { /* told below */ }
    throw new Error("应是 JSON 对象，例如 {\"text\": \"5万元\", \"number\": 5, \"unit\": \"万元\"}");
  }

  /* The line, as `gongwen correct` writes it. `document`: JSON text. */
  function line(document, leaf, value, reason, who) {
    const told = [["document", document], ["locator", leaf.locator || "null"], ["field", json(leaf.field)], ["value", value], ["was", leaf.was],
      ["reason", json(reason)], ["who", json(who)], ["when", json(now())]];
    return `{${told.map(([key, text]) => `${json(key)}: ${text}`).join(", ")}}`;
  }

  /* This moment with its zone, to the second: 2024-05-23T10:00:00+08:00. */
  function now() {
    const at = new Date(), two = (n) => String(Math.trunc(Math.abs(n))).padStart(2, "0"), zone = -at.getTimezoneOffset();
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${zone < 0 ? "-" : "+"}${two(zone / 60)}:${two(zone % 60)}`;
  }

  /* A JSON text as people read it. */
  function said(text, choice = {}) {
    if (text === "null" || text === "[]") return "（无）";
    if (text === "true" || text === "false") return text === "true" ? "是" : "否";
    const told = /^["[]/.test(text) ? JSON.parse(text) : text;
    return shown(Array.isArray(told) ? told.map((one) => one ?? "—").join("、") : choice[told] ?? told);
  }

  /* What could turn or hide the text beside it is made visible. */
  function shown(text) {
    return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (one) => `\\u${one.codePointAt(0).toString(16).padStart(4, "0")}`);
  }

  /* Words to begin an input with, so that what is there can be mended. */
  function words(leaf) {
    if (leaf.value === "null") return "";
    if (leaf.kind === "texts") return JSON.parse(leaf.value).join("\n");
    return leaf.value.startsWith('"') ? JSON.parse(leaf.value) : leaf.value;
  }

  return { leaves, value, line, said, words };
})();
