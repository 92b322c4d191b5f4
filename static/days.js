// On pages of periods and the archive page, a field that leads to a date; on the page for addresses that do not exist,
// the days nearest to the one that an address names. Which days have articles is read from the archive page and from
// the calendars of months. After site.js.

const root = new URL(".", document.currentScript.src);

// Paths of a page's links, below the root of the site, that match a pattern, in order.
function list(page, pattern) {
  const addresses = [...page.querySelectorAll("main a[href]")].map((link) => link.href);
  const paths = addresses.filter((each) => each.startsWith(root.href)).map((each) => each.slice(root.href.length));
  return [...new Set(paths.filter((each) => pattern.test(each)))].sort();
}

// Finds, for a day such as "2022-11-05", the last day with articles before it, itself, and the first one after it.
async function findNear(day) {
  const wanted = `${day.replaceAll("-", "/")}/`;
  const month = wanted.slice(0, 8);
  const months = list(await read(new URL("archive/", root)), /^\d{4}\/\d\d\/$/);
  if (!months.length) throw new Error("no archive");
  const near = [months.filter((each) => each < month).pop(), months.find((each) => each >= month)];
  near.push(months.find((each) => each > month));
  const pages = await Promise.all([...new Set(near)].filter(Boolean).map((each) => read(new URL(each, root))));
  const days = pages.flatMap((page) => list(page, /^\d{4}\/\d\d\/\d\d\/$/)).sort();
  return [days.filter((each) => each < wanted).pop(), days.find((each) => each === wanted), days.find((each) => each > wanted)];
}

// Says that a day has no page, in an element with the words for that, and links to the days nearest to it.
async function tell(place, day, before, after) {
  const names = await dates;
  const link = (path, rel) => {
    const made = document.createElement("a");
    made.href = new URL(path, root).href;
    made.rel = rel;
    made.textContent = writeDay(names, path.slice(0, 10).replaceAll("/", "-"));
    return made;
  };
  place.textContent = `${place.dataset.none.replace("{day}", writeDay(names, day))} `;
  if (before) place.append(link(before, "prev"), " ");
  if (after) place.append(link(after, "next"));
}

const jump = document.querySelector("[data-jump]");
if (jump) {
  const place = jump.querySelector("[data-none]");
  jump.classList.add("ready");
  jump.addEventListener("submit", (event) => {
    event.preventDefault();
    const day = jump.querySelector("input").value;
    findNear(day)
      .then(([before, found, after]) => {
        if (!found) return tell(place, day, before, after);
        location.assign(new URL(found, root));
      })
      .catch(() => {
        place.textContent = place.dataset.failed;
      });
  });
}

const lost = document.querySelector("[data-lost]");
const path = location.href.startsWith(root.href) ? location.href.slice(root.href.length) : "";
const parts = /^(\d{4})(?:\/(\d\d?)(?:\/(\d\d?)(?:\/[^?#]*)?)?)?\/?(?:[?#].*)?$/.exec(path);
if (lost && parts) {
  const day = [parts[1], ...parts.slice(2).map((part) => (part ?? "01").padStart(2, "0"))].join("-");
  // 30 February is no day.
  if (new Date(`${day}T00:00Z`).toJSON()?.startsWith(day)) {
    findNear(day)
      .then(([before, found, after]) => (found ? tell(lost, day, found) : tell(lost, day, before, after)))
      .catch(() => {});
  }
}
