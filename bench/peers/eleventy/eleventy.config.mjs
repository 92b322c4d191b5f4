// The same archive with Eleventy: the pages that README.md of this folder lists.
const PER_PAGE = 50;
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

const slug = (name) => name.toLowerCase().replaceAll(" ", "-");
const two = (number) => String(number).padStart(2, "0");
const day = (date) => `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;

export default function (config) {
  config.addPassthroughCopy({ static: "/" });
  config.addGlobalData("site", {
    title: "The Example Courier",
    url: "https://example.org",
    sections: ["Politics", "Business", "World", "Science", "Health", "Culture", "Sport", "Opinion"],
  });
  config.addFilter("urlslug", slug);
  config.addFilter("iso", (date) => date.toISOString());
  config.addFilter("isoday", (date) => date.toISOString().slice(0, 10));
  config.addFilter("day", day);
  config.addFilter("moment", (date) => `${day(date)}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`);
  config.addFilter("rfc822", (date) => date.toUTCString());

  // Each is found once a build: Eleventy's own way to the next and the last walks through all articles for each.
  let articles, places;
  config.on("eleventy.before", () => {
    articles = places = undefined;
  });
  const newestFirst = (api) => {
    articles ??= api
      .getAll()
      .filter((page) => page.inputPath.startsWith("./content/"))
      .sort((one, other) => other.date - one.date);
    return articles;
  };
  config.addFilter("around", (all, page) => {
    places ??= new Map(all.map((article, place) => [article.inputPath, place]));
    const place = places.get(page.inputPath);
    return { before: all[place + 1], after: all[place - 1] };
  });

  const grouped = (all, names) => {
    const groups = new Map();
    for (const article of all) {
      for (const name of names(article)) {
        if (!groups.has(name)) groups.set(name, []);
        groups.get(name).push(article);
      }
    }
    return groups;
  };
  const listings = (folder, names) => (api) => {
    const pages = [];
    for (const [name, all] of grouped(newestFirst(api), names)) {
      const last = Math.ceil(all.length / PER_PAGE);
      const url = (number) => `/${folder}/${slug(name)}/` + (number > 1 ? `page/${number}/` : "");
      for (let number = 1; number <= last; number++) {
        pages.push({
          name, number, last,
          count: all.length,
          url: url(number),
          newer: number > 1 ? url(number - 1) : "",
          older: number < last ? url(number + 1) : "",
          articles: all.slice((number - 1) * PER_PAGE, number * PER_PAGE),
        });
      }
    }
    return pages;
  };
  const names = (folder, of) => (api) =>
    [...grouped(newestFirst(api), of)]
      .map(([name, all]) => ({ name, url: `/${folder}/${slug(name)}/`, count: all.length }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  const sections = (article) => [article.data.section];
  const tags = (article) => article.data.tags;
  const authors = (article) => article.data.authors;
  const month = (article) => article.page.filePathStem.slice("/content/".length, "/content/2005/01".length);

  config.addCollection("articles", newestFirst);
  config.addCollection("latest", (api) => newestFirst(api).slice(0, 10));
  config.addCollection("newest", (api) => newestFirst(api).slice(0, 20));
  config.addCollection("listings", (api) => [
    ...listings("sections", sections)(api),
    ...listings("tags", tags)(api),
    ...listings("authors", authors)(api),
  ]);
  config.addCollection("indexes", (api) => [
    { title: "Sections", url: "/sections/", names: names("sections", sections)(api) },
    { title: "Tags", url: "/tags/", names: names("tags", tags)(api) },
    { title: "Authors", url: "/authors/", names: names("authors", authors)(api) },
  ]);
  config.addCollection("months", (api) =>
    [...grouped(newestFirst(api), (article) => [month(article)])].map(([name, all]) => ({ name, articles: all })),
  );
  config.addCollection("years", (api) => {
    const years = new Map();
    for (const [name, all] of grouped(newestFirst(api), (article) => [month(article)])) {
      const year = name.slice(0, 4);
      if (!years.has(year)) years.set(year, { name: year, months: [] });
      years.get(year).months.unshift({ name, count: all.length });
    }
    return [...years.values()];
  });

  return {
    dir: { input: ".", includes: "_includes", output: "_site" },
    templateFormats: ["md", "njk"],
    markdownTemplateEngine: false,
  };
}
