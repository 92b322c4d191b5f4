// The page that searches. What is asked stands in its address, so that it can be sent and gone back to; what is found
// is listed below the field. Only files of this site are read, and none of their text is inserted as HTML.

import { parseQuery, Search } from "./engine.js";
import { words } from "./words.js";

const part = (name) => document.getElementById(`${name}_`);
const form = part("find");
const field = form.elements.q;
const found = part("found");
const status = part("status");
const older = part("older");
const { languages, said, stemmers, years } = JSON.parse(form.dataset.search);
const site = new URL(form.dataset.site, location);
const heading = document.title;
const filters = ["section", "author", "dateline", "tag", "language", "genre"];
const asked = ["q", "from", "to", ...filters, "sort"];
const batch = 10;
const lineLength = 180;

// Files that were read, by address: what was asked once can be asked again without a connection.
const files = new Map();

async function read(address, kind, options) {
  if (!files.has(address)) {
    const answer = await fetch(address, options);
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    files.set(address, await answer[kind]());
  }
  return files.get(address);
}

// A file of the index. One with a code never changes; that of a year is compared with what the host has.
function load(path, { code, reload, signal }) {
  const address = new URL(code ? `${path}?v=${code}` : path, form.action).href;
  if (reload) files.delete(address);
  return read(address, "json", { signal, cache: reload ? "reload" : code ? "default" : "no-cache" });
}

// Elements that part no words. This, what becomes of footnotes' numbers and where East Asian annotations stand is as the
// index has it: broadsheet/read/search_words.py.
const inline =
  "a,abbr,b,bdi,bdo,cite,code,del,dfn,em,i,ins,kbd,mark,q,ruby,s,samp,small,span,strong,sub,sup,time,u,var,wbr";

// What the page of an article says: its headline, all of its text, and its body alone.
async function page(path, options) {
  const html = await read(new URL(path, site).href, "text", options);
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const article = parsed.querySelector("main article") ?? parsed.querySelector("main") ?? parsed.body;
  for (const dateline of article.querySelectorAll(".body .dateline")) dateline.append(" — ");
  for (const reference of article.querySelectorAll('sup[id^="fnref"]')) reference.remove();
  article.append(...article.querySelectorAll("rt, rp"));
  for (const block of article.querySelectorAll(`:not(${inline})`)) {
    block.before(" ");
    block.after(" ");
  }
  return {
    title: parsed.querySelector("h1")?.textContent ?? "",
    text: article.textContent,
    body: (article.querySelector(".body") ?? article).textContent.replace(/\s+/g, " ").trim(),
  };
}

async function stemmer(language) {
  const [name] = language.split("-");
  return stemmers.includes(name) ? (await import(new URL(`stemmers/${name}.js`, import.meta.url))).stem : null;
}

const makeEngine = () => new Search({ years, languages, load, page, stemmer, onProgress: showProgress });
let engine = makeEngine();
let shown = null; // the search that is shown

// The slug of a name: its index of names says, else it is made as broadsheet/common/slugs.py does.
const slugs = new Map();

function makeSlug(name) {
  const folded = name.normalize("NFC").toLowerCase().replace(/i\u0307/g, "i").replace(/ß/g, "ss");
  return folded.replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
}

// What the form asks, as the address has it. Several tags or authors are written with semicolons between.
function readForm() {
  const query = new URLSearchParams();
  for (const name of asked) {
    const value = form.elements[name]?.value.trim() ?? "";
    const isName = filters.includes(name);
    for (const each of isName ? value.split(";").map((text) => text.trim()) : [value]) {
      const written = isName ? (slugs.get(`${name}/${each.toLowerCase()}`) ?? makeSlug(each)) : each;
      if (written) query.append(name, written);
    }
  }
  return query;
}

function fillForm(query) {
  for (const name of asked) {
    const control = form.elements[name];
    if (!control) continue;
    const value = query.getAll(name).join("; ");
    const options = Array.from(control.options ?? [], (option) => option.value);
    if (control.options && !options.includes(value)) control.add(new Option(value));
    control.value = value;
  }
  describeFilters();
  if (filters.some((name) => query.has(name))) loadNames();
}

// Says which filters are set, also while they are folded away.
function describeFilters() {
  const [from, to, ...others] = asked.slice(1).map((name) => {
    const control = form.elements[name];
    return control?.value && (control.selectedOptions?.[0].text ?? control.value);
  });
  part("chosen").textContent = [from === to ? from : `${from}–${to}`, ...others].filter(Boolean).join(" · ");
}

// Who uses the filters gets the names of the archive to choose from.
const loadNames = () =>
  import("./names.js")
    .then(({ attach }) => attach(form, { read, site, slugs, makeSlug }))
    .then(describeFilters, () => {});

// A search is one entry of the browser's history: made when its first letter is typed, and changed until it is sent.
function go({ isTyped = false, isNew = false }) {
  const query = readForm();
  const address = new URL(`${query}` ? `?${query}` : location.pathname, location).href;
  const isSame = !location.search || address === location.href || (history.state?.isDraft && !isNew);
  history[isSame ? "replaceState" : "pushState"]({ isDraft: isTyped }, "", address);
  describeFilters();
  search(query, batch, isTyped);
}

function search(query, count, isTyped) {
  const get = (name) => query.get(name) ?? undefined;
  const q = query.get("q") ?? "";
  document.title = q ? `${q} – ${heading}` : heading;
  const isEmpty = !asked.slice(0, -1).some((name) => query.get(name)?.trim());
  shown = { query, q, isTyped, isEmpty, isOver: isEmpty, isBest: get("sort") === "best", count: 0 };
  shown.list = make("ol");
  shown.list.className = "rows";
  shown.parsed = parseQuery(q);
  shown.results = engine.run({
    q,
    from: get("from"),
    to: get("to"),
    filters: Object.fromEntries(filters.map((name) => [name, query.getAll(name)])),
    sort: get("sort"),
  });
  return list(shown, count);
}

// Lists results until there are `count`. What was listed before stays until there is one.
async function list(run, count) {
  const { count: before, list: rows } = run;
  begin();
  try {
    while (run.count < count && !run.isOver) {
      const { value, done } = await run.results.next();
      if (run !== shown) return;
      run.isOver = done;
      if (done) break;
      rows.append(makeRow(value, run));
      run.count += 1;
      if (!rows.isConnected) found.replaceChildren(rows);
    }
  } catch {
    if (run === shown) finish(run, said.failed, true);
    return;
  }
  if (!run.count) found.replaceChildren();
  const total = run.isOver ? run.count : engine.total;
  run.isOver ||= total === run.count;
  const text = total === 0 ? said.none : total ? plural(said.articles, total) : plural(said.first, run.count);
  finish(run, run.isEmpty ? "" : text);
  const added = [...rows.children].slice(before);
  for (const row of added) if (!row.querySelector(".final")) near.observe(row.lastChild);
  if (before) added[0]?.firstChild.focus({ preventScroll: true });
  else if (!run.count && !run.isTyped && !run.isEmpty) suggest(run);
}

async function suggest(run) {
  const better = await engine.suggest(run.q).catch(() => null);
  if (!better || run !== shown) return;
  const query = new URLSearchParams(run.query);
  query.set("q", better);
  const link = make("a", better);
  link.href = `?${query}`;
  const [before, after] = said.suggestion.split("{words}");
  status.append(" ", before, link, after);
}

// Around the results: that it is searching, if that takes a while, how many there are, and what can be done.
let waiting;

function begin() {
  clearTimeout(waiting);
  found.ariaBusy = true;
  part("retry").hidden = true;
  showProgress(0, 1);
  waiting = setTimeout(() => {
    part("ways").hidden = true;
    status.textContent = said.searching;
    part("progress").hidden = false;
  }, 300);
}

function finish({ isOver, isBest, parsed, count }, text, isFailed = false) {
  clearTimeout(waiting);
  found.ariaBusy = false;
  part("progress").hidden = true;
  part("retry").hidden = !isFailed;
  older.hidden = isFailed || isOver;
  part("ways").hidden = isFailed || count > 0;
  older.textContent = isBest ? said.more : said.older;
  status.textContent = parsed.leftOut ? `${text} ${said.long}` : text;
}

function showProgress(done, total) {
  part("progress").max = total;
  part("progress").value = done;
}

function plural(forms, count) {
  return forms[new Intl.PluralRules(document.documentElement.lang).select(count)].replace("{count}", count);
}

// A result, as listings show an article, with a line of its text. site.js knows how days and languages are written.
function makeRow({ path, title, day, language, authors, dateline, section, summary, forms }, { parsed }) {
  const row = make("li");
  const link = make("a", title);
  link.href = new URL(path, site);
  const time = make("time", day);
  time.dateTime = day;
  if (typeof dates !== "undefined") {
    dates.then((names) => (time.textContent = writeDay(names, day))).catch(() => {});
  }
  const origin = make("span");
  for (const each of [dateline && make("b", dateline), authors.join(said.comma), section]) {
    if (each) origin.append(origin.hasChildNodes() ? " · " : "", each);
  }
  const line = make("p");
  const marked = new Set(forms);
  line.append(...mark(summary, marked));
  // A summary that has all the words is line enough.
  const isEnough = line.querySelectorAll("mark").length >= parsed.clauses.filter(({ not }) => !not).length;
  line.className = isEnough || navigator.connection?.saveData ? "line final" : "line";
  Object.assign(line, { path, marked });
  for (const each of [link, line]) globalThis.speak?.(each, language);
  row.append(link, time, origin, line);
  return row;
}

// Looks for a better line in the page of an article whose result is seen.
const near = new IntersectionObserver((lines) => {
  for (const { target, isIntersecting } of lines) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    page(target.path)
      .then(({ body }) => cut(body, target.marked))
      .then((line) => line && target.replaceChildren(...mark(line, target.marked)))
      .catch(() => {});
  }
});

const placesOf = (text, marked) => Array.from(words(text)).filter(({ word }) => marked.has(word));

// The nodes of a text with its words marked. Pairs of letters overlap.
function mark(text, marked) {
  const nodes = [];
  let end = 0;
  for (const place of placesOf(text, marked)) {
    if (!nodes.length || place.start > end) nodes.push(text.slice(end, place.start), make("mark"));
    nodes.at(-1).textContent += text.slice(Math.max(end, place.start), place.end);
    end = Math.max(end, place.end);
  }
  return [...nodes, text.slice(end)];
}

// The part of a text that has the most of its words, from space to space where there are any; empty if it has none.
function cut(text, marked) {
  const places = placesOf(text, marked).slice(0, 200);
  const count = ({ start }) =>
    new Set(places.filter((each) => each.start >= start && each.end < start + lineLength).map(({ word }) => word)).size;
  const [best] = places.toSorted((one, other) => count(other) - count(one));
  if (!best) return "";
  const from = Math.max(0, best.start - 60);
  const start = from && whole(text, from + text.slice(from, best.start).search(/\s/) + 1);
  const to = Math.max(best.end, start + lineLength);
  const space = text.lastIndexOf(" ", to);
  const end = to >= text.length ? text.length : whole(text, space < best.end ? to : space);
  return `${start ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
}

// A place in a text that is not within a character.
function whole(text, at) {
  return /[\udc00-\udfff]/.test(text[at]) ? at + 1 : at;
}

function make(name, text = "") {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(pause);
  go({});
});

let pause;
for (const name of ["input", "compositionend"]) {
  field.addEventListener(name, ({ isComposing }) => {
    clearTimeout(pause);
    // What is still being spelled, as in Chinese, is no word yet.
    if (!isComposing) pause = setTimeout(go, 300, { isTyped: true });
  });
}

form.addEventListener("change", ({ target }) => {
  if (asked.includes(target.name) && target !== field) go({ isNew: true });
});

part("clear").addEventListener("click", () => {
  for (const name of asked.slice(1)) if (form.elements[name]) form.elements[name].value = "";
  go({ isNew: true });
});

part("filters").addEventListener("toggle", loadNames);

older.addEventListener("click", () => {
  const count = shown.count + batch;
  history.replaceState({ ...history.state, count }, "");
  list(shown, count);
});

part("retry").addEventListener("click", () => {
  engine.stop();
  engine = makeEngine();
  search(shown.query, Math.max(batch, shown.count), shown.isTyped);
});

// The arrow keys lead from the field to the results and among them, Escape leads back.
addEventListener("keydown", (event) => {
  const stops = [field, ...found.querySelectorAll("li > a"), ...(older.hidden ? [] : [older])];
  const at = stops.indexOf(event.target);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Escape: 0 }[event.key] ?? at;
  if (at < 0 || next === at || !stops[next]) return;
  event.preventDefault();
  stops[next].focus();
});

const key = part("key");
try {
  key.checked = localStorage.getItem("search-key") !== "off";
  key.addEventListener("change", () => localStorage.setItem("search-key", key.checked ? "on" : "off"));
} catch {
  key.parentElement.remove();
}

function start() {
  fillForm(new URLSearchParams(location.search));
  search(readForm(), history.state?.count ?? batch, false);
}

// A link within the page, such as the one that skips the masthead, is no other search.
addEventListener("popstate", () => {
  if (`${new URLSearchParams(location.search)}` !== `${shown.query}`) start();
});
start();
if (!location.search) {
  field.focus();
  // It is preloaded with the page, and wanted by the first search.
  if (years.length) load(`${years[0]}.json`, {}).catch(() => {});
}
