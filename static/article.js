// Optional enhancements of an article: the newest headlines beside it, later related ones, and citations to copy
// and download. It builds on site.js, and keeps to the same rules.

const box = document.querySelector("aside[data-from]");
if (box) fillLatest(box.dataset.from, box.dataset.or).then(() => delete box.dataset.from);

// Where there is nothing else in the language of the article, the box has what is new in all languages.
function fillLatest(from, or) {
  return read(from)
    .then((page) => {
      const list = page.getElementById("latest_");
      for (const link of list?.querySelectorAll("a") || []) {
        if (link.getAttribute("href") === location.pathname) link.closest("li").remove();
      }
      if (!list?.children.length) return or && fillLatest(or);
      // Beside the article it has room. Below it, what is in sight must not move.
      if (!matchMedia("(width >= 64rem)").matches && isSeen(box)) return undefined;
      list.removeAttribute("id");
      speak(list, page.documentElement.lang);
      box.querySelector("p").replaceWith(list);
      box.style.setProperty("--height", `${list.parentNode.offsetHeight}px`);
      return undefined;
    })
    .catch(() => {});
}

// Later stories that are like the article, from a feed. They are fetched when the reader scrolls near their place, and
// inserted only while it is still out of sight, so that nothing moves while it is being read.
const since = document.querySelector("[data-since]");
if (since && "IntersectionObserver" in window) {
  const near = new IntersectionObserver(
    (places) => {
      if (!places.some((place) => place.isIntersecting)) return;
      near.disconnect();
      if (!isSeen(since.nextElementSibling)) fillSince();
    },
    { rootMargin: "0px 0px 100%" },
  );
  near.observe(since.nextElementSibling);
}

function isSeen(place) {
  return place.getBoundingClientRect().top < innerHeight;
}

function fillSince() {
  Promise.all([read(since.dataset.from, "application/xml"), dates])
    .then(([feed, names]) => {
      const known = new Set(Array.from(document.querySelectorAll("main a"), (link) => link.pathname));
      known.add(location.pathname);
      const places = document.querySelectorAll("article .label, .filed .dateline, article > footer .tags a");
      const own = listSubjects(document.querySelector("h1"), Array.from(places, (each) => each.textContent.trim()));
      const found = Array.from(feed.querySelectorAll("entry"), (entry) => ({
        entry,
        day: entry.querySelector("published").textContent,
        path: new URL(entry.querySelector("link").getAttribute("href")).pathname,
        language: entry.getAttribute("xml:lang") || feed.documentElement.getAttribute("xml:lang"),
        likeness: countCommon(own, entry),
      })).filter(({ day, path }) => new Date(day) > new Date(since.dataset.since) && !known.has(path));
      // Of translations one: that in the language of the page, or else of the site.
      const spoken = [document.documentElement.lang, feed.documentElement.getAttribute("xml:lang")].map((language) =>
        found.filter((each) => each.language === language),
      );
      const chosen = spoken.find((each) => each.length) || [];
      chosen.sort((one, other) => other.likeness - one.likeness);
      const shown = new Set(chosen.slice(0, since.dataset.room));
      const list = document.createElement("ul");
      list.className = "briefs";
      for (const { path, entry, day } of found.filter((each) => shown.has(each))) {
        list.append(brief(path, entry, day.slice(0, 10), names));
      }
      if (!list.children.length || isSeen(since.nextElementSibling)) return;
      const heading = document.createElement("h2");
      heading.textContent = since.dataset.heading;
      since.append(heading, list);
    })
    .catch(() => {});
}

// What a story is about: the longer words of its headline, and the names of its section, place and topics.
function listSubjects(title, names) {
  return [...(title.textContent.toLowerCase().match(/[\p{L}\p{N}]{5,}/gu) || []), ...names];
}

function countCommon(own, entry) {
  const names = Array.from(entry.querySelectorAll("category"), (each) => each.getAttribute("label"));
  const other = new Set(listSubjects(entry.querySelector("title"), names));
  return own.filter((each) => other.has(each)).length;
}

// A headline with its day, in the theme's markup.
function brief(path, entry, day, names) {
  const row = document.createElement("li");
  const link = document.createElement("a");
  link.href = path;
  link.textContent = entry.querySelector("title").textContent;
  speak(link, entry.getAttribute("xml:lang") || entry.ownerDocument.documentElement.getAttribute("xml:lang"));
  const time = document.createElement("time");
  time.dateTime = day;
  time.textContent = writeDay(names, day);
  row.append(link, " ", time);
  return row;
}

// Tools beside an article: to share it, to print it, to have larger text.
const tools = document.querySelector(".about > [data-tools]");
if (tools) {
  const [share, copy, mail, paper, smaller, larger, copied] = tools.dataset.tools.split("|");
  const url = document.querySelector("link[rel=canonical]").href;
  const title = document.querySelector("h1").textContent;
  const add = (word, act) => {
    const button = push(word, () => act(button));
    tools.append(button);
    return button;
  };
  if (navigator.share) add(share, () => navigator.share({ title, url }).catch(() => {}));
  if (navigator.clipboard) {
    add(copy, (button) => navigator.clipboard.writeText(url).then(() => (button.textContent = copied)));
  }
  const letter = document.createElement("a");
  letter.href = `mailto:?subject=${encodeURIComponent(title)}&body=${encodeURIComponent(url)}`;
  letter.textContent = mail;
  tools.append(letter);
  add(paper, () => print());
  const sizes = [0.875, 1, 1.125, 1.25, 1.5];
  const resize = (by) => {
    const size = sizes[sizes.indexOf(Number(recall("text-size") || 1)) + by] || 1;
    document.documentElement.style.setProperty("--size", size);
    keep("text-size", size === 1 ? "" : String(size));
    less.disabled = size === sizes[0];
    more.disabled = size === sizes.at(-1);
  };
  const [less, more] = [smaller, larger].map((word, at) => {
    const name = document.createElement("span");
    name.className = "unseen";
    name.textContent = word;
    const button = add("", () => resize(at ? 1 : -1));
    button.name = at ? "larger" : "smaller";
    button.append(name);
    return button;
  });
  resize(0);
}

// A button to copy each citation and, if there are no citation files next to the page, three that generate one.
const cite = document.querySelector("[data-copy]");
if (cite) {
  if (navigator.clipboard && window.ClipboardItem) cite.querySelectorAll("dd").forEach(addCopy);
  if (cite.dataset.key) addFiles();
}

function addCopy(citation) {
  const kinds = { "text/html": citation.innerHTML, "text/plain": citation.textContent };
  const style = citation.previousElementSibling.textContent;
  const say = (word) => {
    button.textContent = word;
    button.ariaLabel = `${word}: ${style}`;
  };
  const button = push("", () => {
    const pairs = Object.entries(kinds).map(([type, text]) => [type, new Blob([text], { type })]);
    navigator.clipboard.write([new ClipboardItem(Object.fromEntries(pairs))]).then(
      () => say(cite.dataset.copied),
      () => say(cite.dataset.copy),
    );
  });
  button.ariaLive = "polite";
  say(cite.dataset.copy);
  citation.append(" ", button);
}

function push(word, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = word;
  button.addEventListener("click", act);
  return button;
}

function addFiles() {
  const row = document.createElement("p");
  const formats = [
    ["BibTeX", "bib", "application/x-bibtex", bibtex],
    ["RIS", "ris", "application/x-research-info-systems", ris],
    ["CSL-JSON", "json", "application/vnd.citationstyles.csl+json", csl],
  ];
  for (const [name, suffix, type, write] of formats) {
    const save = () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([write(reference())], { type }));
      link.download = `${cite.dataset.key}.${suffix}`;
      link.click();
      URL.revokeObjectURL(link.href);
    };
    row.append(push(name, save), " ");
  }
  cite.append(row);
}

// The article's data as found in the page. The files must be identical to those that a build writes.
function reference() {
  const all = (name) =>
    Array.from(document.querySelectorAll(`meta[name="${name}"], meta[property="${name}"]`), (tag) => tag.content);
  const one = (name) => all(name)[0] || "";
  const told = JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent);
  const genre = told.genre || told["@type"].replace("NewsArticle", "");
  return {
    key: cite.dataset.key,
    title: one("citation_title").replace(/[^\S\ufeff]+/g, " "),
    // Family name, given name, suffix; or a single part that is used as it is.
    names: all("citation_author").map((name, number) =>
      told.author[number]["@type"] === "Organization" ? [name] : name.split(", "),
    ),
    day: one("citation_publication_date"),
    paper: one("citation_journal_title"),
    section: one("article:section"),
    edition: one("prism.edition"),
    page: one("citation_firstpage"),
    genre: genre === "Reportage" ? "" : genre,
    url: one("citation_public_url"),
    language: one("citation_language"),
    status: told.creativeWorkStatus || "",
  };
}

const marks = {
  "\\": "\\textbackslash{}",
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
};

function bibtex(told) {
  const escaped = (text) => text.replace(/[\\{}^~#$%&_]/g, (mark) => marks[mark] || `\\${mark}`);
  const braced = (text) => (/[,\\{}^~#$%&_]|(^| )and( |$)/i.test(text) ? `{${escaped(text)}}` : escaped(text));
  const name = ([family, given, suffix]) =>
    given ? [family, suffix, given].filter(Boolean).map(braced).join(", ") : `{${escaped(family)}}`;
  const month = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ")[told.day.slice(5, 7) - 1];
  const fields = {
    author: told.names.map(name).join(" and "),
    title: told.title && `{${escaped(told.title)}}`,
    titleaddon: escaped(told.genre),
    journal: escaped(told.paper),
    entrysubtype: "newspaper",
    edition: escaped(told.edition),
    date: told.day.replaceAll("/", "-"),
    year: told.day.slice(0, 4),
    month,
    pages: escaped(told.page),
    language: told.language,
    note: told.status,
    url: told.url,
  };
  const rows = Object.entries(fields)
    .filter(([, value]) => value)
    .map(([field, value]) => `  ${field} = ${field === "month" ? value : `{${value}}`},\n`);
  return `@article{${told.key},\n${rows.join("")}}\n`;
}

function ris(told) {
  const rows = [
    ["TY", "NEWS"],
    ["ID", told.key],
    ...told.names.map((name) => ["AU", name.join(", ").replaceAll("*", "")]),
    ["TI", told.title],
    ["T2", told.paper.replaceAll("*", "")],
    ["M3", told.genre],
    ["SE", told.section],
    ["ET", told.edition],
    ["PY", told.day.slice(0, 4)],
    ["DA", `${told.day}/`],
    ["SP", told.page],
    ["LA", told.language],
    ["N1", told.status],
    ["UR", told.url],
  ].filter(([, value]) => value);
  return [...rows, ["ER", ""]].map(([tag, value]) => `${tag}  - ${value}\r\n`).join("");
}

function csl(told) {
  const name = ([family, given, suffix]) =>
    given ? { family, given, ...(suffix && { suffix }) } : { literal: family };
  const members = {
    id: told.key,
    type: "article-newspaper",
    title: told.title,
    author: told.names.length && told.names.map(name),
    "container-title": told.paper,
    genre: told.genre,
    section: told.section,
    edition: told.edition,
    issued: { "date-parts": [told.day.split("/").map(Number)] },
    page: told.page,
    language: told.language,
    status: told.status,
    URL: told.url,
  };
  const said = Object.entries(members).filter(([, value]) => value);
  return `[\n${JSON.stringify(Object.fromEntries(said))}\n]\n`;
}
