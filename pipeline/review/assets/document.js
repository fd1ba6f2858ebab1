"use strict";
/* The review of one document: choosing facts, checking them off, correcting them, keeping all that. */
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const data = JSON.parse($("#data").textContent);
  const pane = $("#facts"), facts = [...pane.querySelectorAll(".fact")], order = new Map(facts.map((one, n) => [one.id, n]));
  const FILTERS = {
    all: () => true, unchecked: (fact) => !fact.dataset.state, flagged: (fact) => fact.matches(".flagged"), corrected: (fact) => fact.dataset.state === "fixed",
    noted: (fact) => fact.matches("[data-noted]"),
  };
  const STATES = { ok: "✓ 已确认", fixed: "✎ 已更正" };
  const warnings = new Set();
  let kept = fresh(), current = null, position = -1, pointed = "", card = null, past = [];

  // --- keeping

  function fresh() {
    return { version: 1, id: data.id, name: data.name, title: data.title, digest: data.digest, total: facts.length, checked: 0, marks: {}, lines: [] };
  }

  function restore() {
    const found = Keep.load(data.key, data.id), last = Keep.load(data.key);
    if (!Keep.works()) warn("浏览器不让本页保存进度：关闭前请下载更正。");
    if (last && last.id !== data.id) warn("浏览器里还有同名而内容不同的文件的核对进度：没有用在这里，也没有动它。");
    if (!found) return;
    kept = { ...fresh(), marks: found.marks, lines: found.lines };
    for (const one of kept.lines) one.imported = standing(one);
    if (found.digest !== data.digest) outdated(Object.keys(found.marks));
  }

  function outdated(ids) {
    const now = ids.filter((id) => order.has(id)).length;
    warn(`结果在上次核对以后变过：核对过的 ${ids.length} 项中 ${now} 项没有变，仍算已核对；其余 ${ids.length - now} 项已改变或没有了，请重新核对（备注都还在）。`);
  }

  function checked() { return Object.entries(kept.marks).filter(([id, one]) => one.state && order.has(id)).length; }

  function keep() {
    kept.checked = checked();
    if (!Keep.save(data.key, kept)) warn("浏览器没有保存进度（地方已满或被禁止）：仍可继续，关闭前请下载更正。");
    tally();
  }

  /* Remember how it is, so that it can be undone. */
  function remember(word) {
    past.push({ word, marks: structuredClone(kept.marks), lines: [...kept.lines], at: current?.id });
    if (past.length > 200) past.shift();
  }

  function undo() {
    const last = past.pop();
    if (!last) return say("没有可以撤销的。");
    kept.marks = last.marks;
    kept.lines = last.lines;
    facts.forEach(mark);
    keep();
    if (last.at) choose(document.getElementById(last.at));
    say(`已撤销：${last.word}`);
  }

  // --- telling

  function say(text) { $("#said").textContent = text; }

  /* What holds as long as the page is open. */
  function warn(text) {
    warnings.add(text);
    $("#kept").hidden = false;
    $("#kept").textContent = [...warnings].join("");
  }

  function cut(text, most = 40) { return text.length > most ? `${text.slice(0, most - 1)}…` : text; }

  /* A fact in few words. */
  function called(fact) { return cut(data.facts[fact.id].name); }

  function tally() {
    $("#checked").textContent = checked();
    $("#progress").value = checked();
    $("#undo").disabled = !past.length;
    const count = pending().length;
    $("#download").disabled = !count;
    $("#download").textContent = count ? `下载更正（${count} 条）` : "下载更正";
    listed();
    departed();
  }

  /* The state of a fact by word and colour. */
  function mark(fact) {
    const known = kept.marks[fact.id] ?? {};
    const words = [STATES[known.state], known.note ? `✉ 备注：${known.note}` : ""].filter(Boolean);
    $(".mark", fact).textContent = words.join(" ");
    fact.dataset.state = known.state ?? "";
    fact.toggleAttribute("data-noted", Boolean(known.note));
  }

  function set(fact, change, word) {
    remember(word);
    marked(fact, change);
    mark(fact);
    keep();
  }

  /* With its name, in case that a later result has no such fact. */
  function marked(fact, change) { kept.marks[fact.id] = { ...kept.marks[fact.id], ...change, name: called(fact) }; }

  // --- choosing

  /* `place`: the one of its places to show first; `key`: the leaf pointed at. `look`: whether to scroll the source too. */
  function choose(fact, { place = null, key = "", focus = true, look = true } = {}) {
    if (!fact) return;
    if (!visible(fact)) filter("all");
    pointed = key;
    position = order.get(fact.id);
    current?.removeAttribute("aria-current");
    if (current !== fact) close();
    current = fact;
    fact.setAttribute("aria-current", "true");
    seat(fact);
    if (focus) fact.focus({ preventScroll: true });
    Source.into(fact, pane, card);
    if (look) lookAt(fact, place);
  }

  /* Choose none; the focus stays among the facts. */
  function release() {
    const inside = pane.contains(document.activeElement);
    current?.removeAttribute("aria-current");
    current = null;
    const seat = card?.closest("tr.seat");
    card?.remove();
    seat?.remove();
    if (inside) pane.focus({ preventScroll: true });
  }

  /* What the filter hides is not chosen. */
  function settle() { if (current && !visible(current)) release(); }

  function lookAt(fact, place) {
    const own = places(fact), some = place ? [place, ...own.filter((one) => one !== place)] : own;
    if (!some.length) { Source.dim(); say("这一项没有出处。"); return; }
    if (!Source.show(some)) say(`原文中没有 ${some[0]} 这个位置。`);
    history.replaceState(null, "", `#${some[0]}`);
  }

  function places(fact) {
    const inner = [...fact.querySelectorAll("[data-at]")].map((one) => one.dataset.at);
    return [...new Set([...fact.dataset.at.split(" "), ...inner])].filter(Boolean);
  }

  /* Whether the filter lets a fact be seen; told without asking for the layout, which would draw the whole page. */
  function visible(fact) { return FILTERS[$("#filter").value](fact); }

  /* The next fact (or, by -1, the one before) that `wanted` takes. */
  function beyond(by, wanted = () => true) {
    for (let n = (position < 0 && by < 0 ? facts.length : position) + by; n >= 0 && n < facts.length; n += by)
      if (wanted(facts[n]) && visible(facts[n])) return facts[n];
    return null;
  }

  function go(by, none) {
    const found = beyond(by) ?? (current ? null : facts.filter(visible).at(by > 0 ? 0 : -1));
    if (found) choose(found); else say(none);
  }

  /* The next finding, after the last the first again. */
  function finding(by) {
    const some = facts.filter((one) => one.matches(".finding") && visible(one));
    const later = some.filter((one) => (order.get(one.id) - position) * by > 0);
    const found = (later.length ? later : some).at(by > 0 ? 0 : -1);
    if (found) choose(found); else say("没有检查发现。");
  }

  // --- the card under the chosen fact

  function seat(fact) {
    card ??= $("#card").content.firstElementChild.cloneNode(true);
    const row = fact.matches("tr");
    let holder = card.parentElement;
    if (row) {
      const line = document.createElement("tr"), cell = document.createElement("td");
      line.className = "seat";
      cell.colSpan = fact.cells.length;
      cell.append(card);
      line.append(cell);
      fact.after(line);
    } else if (fact.matches("li")) fact.append(card);
    else fact.after(card);
    holder?.closest("tr.seat")?.remove();
    const { name, rule } = data.facts[fact.id];
    $(".which", card).textContent = rule ? `${name}（由 ${rule} 读出）` : name;
    $("[data-do=correct]", card).hidden = !options(fact).length;
    $(".other", card).hidden = !lost(fact);
    $(".other code", card).textContent = data.command.replace("位置", places(fact)[0]);
  }

  function close() {
    if (!card) return;
    const inside = card.contains(document.activeElement);
    for (const form of card.querySelectorAll("form")) form.hidden = true;
    if (inside) current?.focus({ preventScroll: true });
  }

  function open(which) {
    close();
    const form = $(`form.${which}`, card);
    form.hidden = false;
    Source.into(current, pane, form);
    return form;
  }

  // --- checking

  function accept() {
    if (current) set(current, { state: "ok" }, `确认“${called(current)}”`);
    const done = current ? "已确认" : "未选事实", later = beyond(1, unchecked), next = later ?? facts.find((one) => unchecked(one) && visible(one));
    if (next) choose(next); else settle();
    const ahead = later ? "到下一项未核对的。" : "后面没有未核对的了，从头继续。";
    say(`${done}；${next ? ahead : checked() === facts.length ? "全部核对完毕。" : "这样显示的事实中没有未核对的了。"}`);
  }

  function unchecked(fact) { return !kept.marks[fact.id]?.state; }

  function note() {
    if (!current) return say("请先选一项事实。");
    const form = open("note");
    form.elements.note.value = kept.marks[current.id]?.note ?? "";
    form.elements.note.focus();
  }

  function noted(event) {
    event.preventDefault();
    const text = event.target.elements.note.value.trim();
    set(current, { note: text }, "备注");
    close();
    settle();
    say(text ? "备注已保存在浏览器中。" : "备注已清除。");
  }

  // --- correcting

  /* The leaves of a fact that can be corrected, with the part they are of. */
  function options(fact) {
    const parts = data.facts[fact.id].parts.filter((part) => part.l !== null);
    return parts.flatMap((part, n) => Lines.leaves(part, data.kinds).map((leaf) => ({ ...leaf, part, group: n })));
  }

  function choices(leaf) { return data.words[leaf.field.replace(/\[.*\]/, "")] ?? {}; }

  /* Begins with the leaf that was pointed at: its key, or `values:N` of the Nth value; else with the first number. */
  function correct() {
    if (!current) return say("请先选一项事实。");
    const some = options(current);
    if (!some.length) return say(unable(current));
    const form = open("correct"), select = form.elements.leaf;
    select.replaceChildren(...grouped(some));
    select.value = String(Math.max(pointed ? some.findIndex(meant) : some.findIndex((leaf) => leaf.kind === "number"), 0));
    form.elements.who.value = Keep.read("gongwen/review-who") ?? form.elements.who.value;
    $(".error", form).textContent = "";
    field(form);
    (form.elements.value ?? select).focus();
  }

  /* Whether a leaf is the one pointed at. `values[2]`, as a cell says it, is the third of the leaves that are columns. */
  function meant(leaf) {
    const [, value] = /^values:(\d+)$/.exec(pointed) ?? [], [, column] = /^values\[(\d+)\]$/.exec(pointed) ?? [];
    if (value) return leaf.group === +value + 1 && leaf.key === "text";
    return leaf.group === 0 && leaf.key === (column ? Object.keys(leaf.part.i ?? {})[+column] : pointed);
  }

  /* Whether a fact is a number that belongs to no fact. */
  function lost(fact) { return Boolean(fact.closest("#s-residue")); }

  function unable(fact) {
    if (lost(fact)) return `未归属的数在核对页不能更正；要把它归入某项事实，请用 ${$(".other code", card).textContent}`;
    return data.facts[fact.id].parts.length ? "这一项没有出处，不能在此更正；请用 gongwen correct --at 指明位置。"
      : "这一项由其他事实推出，不单独更正；请更正它所涉及的事实，或写备注。";
  }

  function grouped(some) {
    const groups = new Map();
    some.forEach((leaf, n) => groups.set(leaf.group, [...(groups.get(leaf.group) ?? []), option(leaf, n)]));
    return groups.size === 1 ? [...groups.values()][0] : [...groups].map(([n, options]) => group(some.find((leaf) => leaf.group === n), options));
  }

  function group(leaf, options) {
    const made = document.createElement("optgroup");
    made.label = leaf.part.n ?? leaf.part.p;
    made.append(...options);
    return made;
  }

  function option(leaf, n) {
    const value = Lines.said(leaf.value, choices(leaf));
    return new Option(leaf.kind === "none" ? leaf.label : `${leaf.label}：${cut(value, 30)}`, n);
  }

  function chosen(form) { return options(current)[+form.elements.leaf.value]; }

  /* The input that goes with the chosen leaf. */
  function field(form) {
    const leaf = chosen(form), place = $(".new", form);
    place.replaceChildren();
    if (leaf.kind === "none") return;
    const label = document.createElement("label");
    label.append("应为", input(leaf));
    place.append(label);
    if (leaf.empty) place.append(emptiness(leaf));
  }

  function input(leaf) {
    const some = leaf.kind === "boolean" ? [["true", "是"], ["false", "否"]] : leaf.choices.map((one) => [one, choices(leaf)[one] ?? one]);
    const made = document.createElement(some.length ? "select" : leaf.kind === "texts" || leaf.kind === "object" ? "textarea" : "input");
    if (some.length) made.append(...some.map(([value, word]) => new Option(word, value)));
    if (leaf.kind === "number" || leaf.kind === "integer") made.inputMode = "decimal";
    made.name = "value";
    made.autocomplete = "off";
    made.value = Lines.words(leaf);
    if (leaf.kind === "texts") label(made, "一行一个");
    return made;
  }

  function label(control, text) { control.placeholder = text; }

  function emptiness(leaf) {
    const made = document.createElement("label"), box = document.createElement("input");
    box.type = "checkbox";
    box.name = "empty";
    box.checked = leaf.value === "null";
    made.append(box, " 没有（空）");
    return made;
  }

  function corrected(event) {
    event.preventDefault();
    const form = event.target, fault = $(".error", form);
    try {
      const entry = written(form);
      remember(`更正${entry.label}`);
      kept.lines = [...kept.lines.filter((one) => !(one.fact === entry.fact && one.field === entry.field && one.part === entry.part)), entry];
      marked(current, { state: "fixed" });
      mark(current);
      keep();
      close();
      settle();
      say(`已写下更正：${entry.label} ${cut(entry.was)} → ${cut(entry.value)}。请下载后用 gongwen correct --import 导入。`);
    } catch (error) {
      fault.textContent = error.message;
      (form.elements[error.control] ?? form.elements.value ?? form.elements.leaf).focus();
    }
  }

  function written(form) {
    const leaf = chosen(form), control = form.elements.value, none = form.elements.empty?.checked;
    const value = Lines.value(leaf, none || !control ? null : control.value);
    if (value === leaf.value) throw new Error("与现在的值相同，没有写下。");
    const reason = required(form, "reason", "请写明理由。"), who = required(form, "who", "请写明更正人。");
    Keep.write("gongwen/review-who", who);
    const name = called(current), word = leaf.kind === "none" ? "整项" : leaf.label;
    return { fact: current.id, field: leaf.field, part: leaf.group, label: `${name}·${word}`, was: leaf.kind === "none" ? name : cut(Lines.said(leaf.value, choices(leaf)), 200),
      value: leaf.kind === "none" ? "删去" : cut(Lines.said(value, choices(leaf)), 200), line: Lines.line(data.document, leaf, value, reason, who) };
  }

  function required(form, name, fault) {
    const text = form.elements[name].value.trim();
    if (!text || /\p{Cc}/u.test(text)) throw Object.assign(new Error(fault), { control: name });
    return text;
  }

  // --- the list of corrections

  function listed() {
    const place = $("#lines");
    place.hidden = !kept.lines.length;
    $("ol", place).replaceChildren(...kept.lines.map(listing));
  }

  function listing(one, n) {
    const item = document.createElement("li"), text = document.createElement("bdi");
    text.textContent = `${one.label}：${one.was} → ${one.value}（${standing(one) || "待下载、导入"}）`;
    item.append(text, ...(one.imported ? [] : [" ", button("修改", "edit", n, one)]), " ", button(one.imported ? "移去" : "取消", "drop", n, one));
    return item;
  }

  function button(word, what, n, one) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = word;
    made.dataset.line = what;
    made.dataset.n = n;
    made.setAttribute("aria-label", `${word}：${one.label}`);
    return made;
  }

  /* Those that the result does not have yet. */
  function pending() { return kept.lines.filter((one) => !one.imported); }

  /* What the result says of it; "" where it does not have it. */
  function standing(one) {
    const told = JSON.parse(one.line);
    const found = data.applied.find(([field, when, who]) => field === told.field && when === told.when && who === told.who);
    return found ? found[3] : "";
  }

  function edit(n) {
    const one = kept.lines[n], fact = document.getElementById(one.fact);
    if (!fact) return say("结果变过，找不到这条更正所说的事实；可以取消它，另写一条。");
    choose(fact);
    correct();
    const form = $("form.correct", card), told = JSON.parse(one.line);
    form.elements.leaf.value = String(Math.max(options(fact).findIndex((leaf) => leaf.field === one.field && leaf.group === one.part), 0));
    field(form);
    form.elements.reason.value = told.reason;
  }

  function drop(n) {
    const one = kept.lines[n];
    remember(`取消更正 ${one.label}`);
    kept.lines = kept.lines.filter((_, k) => k !== n);
    if (order.has(one.fact) && !kept.lines.some((other) => other.fact === one.fact)) {
      delete kept.marks[one.fact]?.state;
      mark(document.getElementById(one.fact));
    }
    keep();
    say(one.imported ? `已从本页移去：${one.label}；结果仍有这条更正，要撤回请在该项事实处另写一条更正。` : `已取消更正：${one.label}`);
  }

  // --- what is kept of facts that the result does not have any more

  function departed() {
    const some = leftover(), place = $("#gone");
    place.hidden = !some.length;
    $("ol", place).replaceChildren(...some.map(([, one], n) => farewell(one, n)));
  }

  /* Notes first. A correction of such a fact stands among the corrections. */
  function leftover() {
    return Object.entries(kept.marks).filter(([id, one]) => !order.has(id) && (one.note || one.state === "ok")).sort(([, a], [, b]) => !a.note - !b.note);
  }

  function farewell(one, n) {
    const item = document.createElement("li"), text = document.createElement("bdi"), name = one.name ?? "（名称没有记下）";
    text.textContent = `${name}：${one.note ? `✉ 备注：${one.note}` : STATES.ok}`;
    item.append(text, " ", button("删去", "forget", n, { label: name }));
    return item;
  }

  function forget(n) {
    const [id, one] = leftover()[n];
    remember(`删去 ${one.name ?? ""}`);
    delete kept.marks[id];
    keep();
    say("已删去。");
  }

  function download() {
    const some = pending(), address = URL.createObjectURL(new Blob(some.map((one) => `${one.line}\n`), { type: "application/jsonl" }));
    const made = document.createElement("a");
    made.href = address;
    made.download = `corrections-${data.key}.jsonl`;
    made.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    say(`已下载 ${some.length} 条更正；用 gongwen correct --import ${made.download} 导入。`);
  }

  // --- the source

  function met(element) {
    const found = Source.met(element);
    if (!found) return;
    const some = found.facts.map((id) => document.getElementById(id)).filter(Boolean);
    if (!some.length) {
      Source.show([found.place]);
      clear();
      return say(found.number || found.kind === "number" ? `没有事实由这个数读出（日期、序号等不算作数值）；如果应当读出，请用 ${data.command.replace("位置", found.place)}` : "此处没有事实。");
    }
    claimed(some, found);
  }

  function claimed(some, found) {
    choose(some[0], { focus: false, look: false, key: found.kind === "row" ? "" : leafAt(some[0], found.place) });
    clear();
    some.forEach((one) => one.classList.add("hit"));
    Source.show(found.kind === "row" ? [found.place] : [found.place, ...places(some[0])]);
    history.replaceState(null, "", `#${found.place}`);
    const names = some.slice(0, 3).map(called).join("；");
    const lead = some[0].closest("#s-residue") ? "未归属（residue）" : found.kind === "row" ? "此处没有单独的事实；同一行的事实" : "由此读出";
    say(`${lead}：${names}${some.length > 3 ? ` 等 ${some.length} 项` : ""}`);
    if (document.body.dataset.panes === "source" && narrow()) panes("both");
  }

  /* The key of what a fact has printed at a place: of a value of an indicator, else of the cell that shows it. */
  function leafAt(fact, place) {
    const parts = data.facts[fact.id].parts.filter((one) => one.l !== null), n = parts.findIndex((one, k) => k > 0 && Source.meet(printedAt(JSON.parse(one.l)), place));
    if (n > 0) return `values:${n - 1}`;
    return [...fact.querySelectorAll("[data-key][data-at]")].find((one) => Source.meet(one.dataset.at, place))?.dataset.key ?? "";
  }

  function printedAt({ block, table, row, column, span }) {
    return (table ? `${table}:${row}:${column}` : block) + (span ? `:${span[0]}-${span[1]}` : "");
  }

  function clear() { for (const one of pane.querySelectorAll(".hit")) one.classList.remove("hit"); }

  function stepped(by) {
    const found = Source.step(by);
    if (!found) return say(`原文中${by > 0 ? "后" : "前"}面没有标记的数字了。`);
    if (!found.getClientRects().length) Source.view("text");
    met(found);
    Source.into(found, Source.pane);
  }

  // --- events

  function narrow() { return matchMedia("(max-width: 52rem)").matches; }

  function panes(which) {
    document.body.dataset.panes = which;
    for (const one of document.querySelectorAll(".panes [data-panes]")) one.setAttribute("aria-pressed", String(one.dataset.panes === which));
  }

  function filter(which) {
    $("#filter").value = pane.dataset.filter = which;
    say(`显示 ${facts.filter(visible).length} 项。`);
    settle();
  }

  const DOES = { accept, note, correct, next: () => go(1, "已是最后一项。"), previous: () => go(-1, "已是第一项。"), close };
  const LINE = { edit, drop, forget };
  const KEYS = {
    j: DOES.next, n: DOES.next, k: DOES.previous, p: DOES.previous, a: accept, c: DOES.correct, m: note, u: undo, s: Source.toggle,
    f: () => finding(1), F: () => finding(-1),
    "]": () => stepped(1), "[": () => stepped(-1), "?": () => $("#help").showModal(),
  };

  function onFacts(event) {
    const target = event.target, act = target.closest("[data-do]"), line = target.closest("[data-line]");
    if (act) return DOES[act.dataset.do]();
    if (line) return LINE[line.dataset.line](+line.dataset.n);
    const fact = target.closest(".fact"), link = target.closest("a"), to = link && (link.dataset.place ?? named(link.hash));
    if (target.closest("form, .card") || !getSelection().isCollapsed) return;
    if (link && (fact || link.dataset.place)) event.preventDefault();
    if (!fact) return link?.dataset.place && reach(to);
    clear();
    if (order.has(to)) choose(document.getElementById(to));
    else choose(fact, { place: to ?? target.closest("[data-at]")?.dataset.at.split(" ")[0], key: target.closest("[data-key]")?.dataset.key });
  }

  function onDouble(event) {
    const fact = event.target.closest(".fact"), cell = event.target.closest("[data-key]");
    if (fact && cell) { getSelection().removeAllRanges(); choose(fact, { key: cell.dataset.key }); correct(); }
  }

  function onSource(event) {
    const view = event.target.closest("[data-view]");
    if (view) return Source.view(view.dataset.view);
    if (getSelection().isCollapsed) met(event.target);
  }

  function onKey(event) {
    const target = event.target, typing = target.closest("input, select, textarea, dialog");
    if (event.key === "Escape" && card?.contains(target)) return close();
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typing) { event.preventDefault(); return undo(); }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !$("#keys").checked) return;
    const act = KEYS[event.key] ?? arrow(event.key, target);
    if (act) { event.preventDefault(); act(); }
  }

  /* Keys that mean something only while a fact has the focus. */
  function arrow(key, target) {
    if (!target.matches(".fact")) return null;
    return { ArrowDown: DOES.next, ArrowUp: DOES.previous, Enter: DOES.correct }[key];
  }

  /* Go to what the address names: a fact, or a place with the fact that was read there. */
  function arrive() {
    const wanted = named(location.hash);
    if (wanted) reach(wanted);
  }

  function reach(wanted) {
    const there = document.getElementById(wanted);
    if (there?.matches(".fact")) return choose(there);
    const found = Source.printed(wanted)[0], some = found ? readAt(found, wanted) : [];
    if (some.length) return claimed(some, { place: wanted, kind: "fact" });
    if (found) met(found);
    if (found || !there || there.matches(".page")) if (!Source.show([wanted])) say(`本页没有 #${cut(wanted)} 这个位置。`);
  }

  /* The facts that were read at a place; where only findings name it, what it is part of comes first. */
  function readAt(element, place) {
    const exact = facts.filter((one) => one.dataset.at.split(" ").includes(place)), own = exact.filter((one) => !one.matches(".finding"));
    const near = own.length ? null : Source.met(element);
    return own.length ? own : [...new Set([...(near?.kind === "fact" ? near.facts.map((id) => document.getElementById(id)) : []), ...exact])];
  }

  /* What a fragment names; one that is no text names nothing, and is told as it stands. */
  function named(hash) {
    try { return decodeURIComponent(hash.slice(1)); } catch { return hash.slice(1); }
  }

  function listen() {
    pane.addEventListener("click", onFacts);
    pane.addEventListener("dblclick", onDouble);
    pane.addEventListener("submit", (event) => (event.target.matches(".correct") ? corrected : noted)(event));
    pane.addEventListener("change", (event) => event.target.matches("[name=leaf]") && field(event.target.form));
    pane.addEventListener("input", (event) => { const none = event.target.form?.elements.empty; if (none && event.target.name === "value") none.checked = false; });
    Source.pane.addEventListener("click", onSource);
    document.addEventListener("keydown", onKey);
    window.addEventListener("hashchange", arrive);
    window.addEventListener("storage", (event) => { if (event.key === Keep.PREFIX + data.key) { restore(); facts.forEach(mark); tally(); } });
    $(".panes").addEventListener("click", (event) => { const one = event.target.closest("[data-panes]"); if (one) panes(one.dataset.panes); });
    $("#filter").addEventListener("change", (event) => filter(event.target.value));
    window.addEventListener("beforeprint", Source.draw);
    $("#undo").addEventListener("click", undo);
    $("#download").addEventListener("click", download);
    $("#ask").addEventListener("click", KEYS["?"]);
    $("#keys").addEventListener("change", (event) => Keep.write("gongwen/review-keys", event.target.checked ? "on" : "off"));
  }

  $("#keys").checked = Keep.read("gongwen/review-keys") !== "off";
  for (const one of facts) one.classList.toggle("flagged", Boolean($(".flag", one)) || one.matches(".finding"));
  restore();
  for (const id of Object.keys(kept.marks)) if (order.has(id)) mark(document.getElementById(id));
  tally();
  listen();
  arrive();
})();
