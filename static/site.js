// Optional enhancements of every page: the current date in the masthead, a key that leads to the search field, what was
// written on this day. If anything fails, for example offline, the page stays as it was. Everything is found by its
// place in the masthead, a data attribute or an id with an underscore at its end: the text of an article may have any
// class, but none of these.

// How days are written: browsers do not know the names of months in every language.
const dates = fetch(new URL("dates.json", document.currentScript.src))
  .then((answer) => answer.json())
  .then((all) => {
    const parts = document.documentElement.lang.toLowerCase().split("-");
    while (parts.length > 1 && !all[parts.join("-")]) parts.pop();
    return all[parts.join("-")];
  });

// Writes a day, in the directives of strftime; the month is counted from 1.
function write(names, form, year, month, day) {
  const padded = (number) => String(number).padStart(2, "0");
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  const parts = {
    Y: String(year).padStart(4, "0"),
    y: padded(year % 100),
    m: padded(month),
    "-m": month,
    d: padded(day),
    "-d": day,
    B: names.B?.[month - 1],
    b: names.b?.[month - 1],
    A: names.A?.[weekday],
    a: names.a?.[weekday],
    "%": "%",
  };
  const said = form.replace(/%(-?[A-Za-z%])/g, (_, name) => parts[name]);
  return names.digits ? said.replace(/\d/g, (digit) => names.digits[digit]) : said;
}

// Writes a day such as "2022-11-05", whatever the reader's time zone. The page of search does, too.
function writeDay(names, day) {
  return write(names, names.date, ...day.split("-").map(Number));
}

const today = document.querySelector("body > .masthead > .today");
if (today) {
  const now = new Date();
  dates
    .then((names) => {
      today.textContent = write(names, names.today, now.getFullYear(), now.getMonth() + 1, now.getDate());
    })
    .catch(() => {});
}

// The reader's choice of colours. Style sheets ask for the scheme of the device, so what they ask is changed. The page
// may have been drawn before: a choice can be kept nowhere but in a script, and none keeps a page from being drawn.
const appearance = document.querySelector("body > .imprint [data-scheme]");
const asked = [];

function collect(rules) {
  for (const rule of rules) {
    if (rule.media?.mediaText.includes("color-scheme")) asked.push([rule.media, "mediaText", rule.media.mediaText]);
    if (rule.cssRules) collect(rule.cssRules);
  }
}

function dress(wanted) {
  if (!asked.length) {
    for (const sheet of document.styleSheets) collect(sheet.cssRules);
    for (const each of document.querySelectorAll("[media*=color-scheme]")) asked.push([each, "media", each.media]);
  }
  for (const [owner, name, text] of asked) {
    owner[name] = wanted
      ? text.replace(/prefers-color-scheme: *(\w+)/g, (_, each) => `${each === wanted ? "min" : "max"}-width: 0`)
      : text;
  }
  document.documentElement.style.colorScheme = wanted;
}

if (appearance) {
  const [title, ...names] = appearance.dataset.scheme.split("|");
  const label = document.createElement("label");
  const choice = document.createElement("select");
  ["", "light", "dark"].forEach((value, at) => choice.add(new Option(names[at], value)));
  choice.value = recall("scheme");
  if (choice.value) dress(choice.value);
  choice.addEventListener("change", () => {
    keep("scheme", choice.value);
    dress(choice.value);
  });
  label.append(title, " ", choice);
  appearance.append(label);
}

// What this browser keeps for the reader; nothing where it may not.
function recall(name) {
  try {
    return localStorage.getItem(name) || "";
  } catch {
    return "";
  }
}

function keep(name, value) {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {}
}

// The key / leads to the search field, unless it was turned off on the page that searches (WCAG 2.2, 2.1.4).
const field = document.getElementById("q_");
if (field) {
  addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (target.isContentEditable || target.matches("input, select, textarea") || recall("search-key") === "off") return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

// Fetches another page of the site, or a feed; an empty document if there is none.
function read(address, type = "text/html") {
  return fetch(address)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((text) => new DOMParser().parseFromString(text, type));
}

// Marks an element from another page with its language, if that is not this page's.
function speak(part, language) {
  if (!language || language === document.documentElement.lang) return;
  part.lang = language;
  part.dir = "auto";
}

// Articles of this day in earlier years. The index of days says whether the day has a page.
const past = document.querySelector("[data-days]");
if (past) {
  const now = new Date();
  const day = [now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const address = `${past.dataset.days}${day}/`;
  read(past.dataset.days)
    .then((days) => days.querySelector(`.days a[href="${address}"]`) && read(address))
    .then((page) => {
      const years = page ? page.querySelectorAll("#anniversary_ section") : [];
      const list = document.createElement("ul");
      list.className = "briefs";
      for (const year of Array.from(years).slice(0, 5)) list.append(year.querySelector("li"));
      if (list.children.length) past.querySelector("p").before(list);
    })
    .catch(() => {});
}

// A frame of another site takes the place of a link to it at a click: before that, nothing is asked of the other site.
for (const still of document.querySelectorAll("a[data-frame]")) {
  still.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.src = still.dataset.frame;
    frame.title = still.querySelector("img")?.alt || still.textContent;
    frame.allow = "encrypted-media; fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.style.aspectRatio = still.dataset.ratio;
    still.replaceWith(frame);
    frame.focus();
  });
}

// Wide tables can be scrolled with the keyboard.
const wide = document.querySelectorAll(".body table, .body pre");
const reach = () => {
  for (const part of wide) {
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
};
if (wide.length) {
  reach();
  addEventListener("resize", reach);
}
