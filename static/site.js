// Conveniences that no page needs: today's date in the masthead, the newest headlines beside an article, and
// wide tables that a keyboard can scroll. Where anything is missing, offline for one, the page stays as it was.

const today = document.querySelector(".today");
if (today) {
  const style = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  today.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date());
}

// Another page of the site, or a feed; an empty one where there is none.
function read(address, type = "text/html") {
  return fetch(address)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((text) => new DOMParser().parseFromString(text, type));
}

// Says which language something from elsewhere is in, where that is not the page's own.
function speak(part, language) {
  if (!language || language === document.documentElement.lang) return;
  part.lang = language;
  part.dir = "auto";
}

const box = document.querySelector(".latest[data-from]");
if (box) {
  read(box.dataset.from)
    .then((page) => {
      const list = page.getElementById("latest");
      if (!list) return;
      for (const link of list.querySelectorAll("a")) {
        if (link.getAttribute("href") === location.pathname) link.closest("li").remove();
      }
      if (!list.children.length) return;
      list.removeAttribute("id");
      speak(list, page.documentElement.lang);
      box.querySelector("p").replaceWith(list);
    })
    .catch(() => {});
}

// Newer headlines of what the article is about, out of its feed. They are asked for when their place comes near,
// and only put in while it is still out of sight: nothing moves that is being read.
const since = document.querySelector(".since");
if (since && "IntersectionObserver" in window) {
  const near = new IntersectionObserver(
    (places) => {
      if (!places.some((place) => place.isIntersecting)) return;
      near.disconnect();
      if (!isSeen(since)) fillSince();
    },
    { rootMargin: "0px 0px 100%" },
  );
  near.observe(since);
}

function isSeen(place) {
  return place.getBoundingClientRect().top < innerHeight;
}

function fillSince() {
  read(since.dataset.from, "application/xml")
    .then((feed) => {
      const known = new Set(Array.from(document.querySelectorAll("main a"), (link) => link.pathname));
      const list = document.createElement("ul");
      list.className = "briefs";
      for (const entry of feed.querySelectorAll("entry")) {
        const day = entry.querySelector("published").textContent;
        const path = new URL(entry.querySelector("link").getAttribute("href")).pathname;
        if (new Date(day) <= new Date(since.dataset.since)) continue;
        if (known.has(path) || path === location.pathname || list.children.length === 3) continue;
        list.append(brief(path, entry, day.slice(0, 10)));
      }
      if (!list.children.length || isSeen(since)) return;
      const heading = document.createElement("h2");
      heading.textContent = since.dataset.heading;
      since.append(heading, list);
    })
    .catch(() => {});
}

// A headline with its day, as the theme writes them. The day is the one that was written, wherever the reader is.
function brief(path, entry, day) {
  const row = document.createElement("li");
  const link = document.createElement("a");
  link.href = path;
  link.textContent = entry.querySelector("title").textContent;
  speak(link, entry.getAttribute("xml:lang") || entry.ownerDocument.documentElement.getAttribute("xml:lang"));
  const time = document.createElement("time");
  time.dateTime = day;
  const style = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(day));
  row.append(link, " ", time);
  return row;
}

// What was written on this day of earlier years: the index of days knows whether it has a page.
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
