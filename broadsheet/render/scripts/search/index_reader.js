// Loads and decodes the files of the index; docs/search.md says what they look like.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const VALUES = Object.fromEntries(Array.from(DIGITS, (digit, value) => [digit, value]));
// Of a number all digits but the last are above 31.
const NUMBER = /[W-Za-z_-]*[0-9A-V]/g;
const POSTING = /([.:!]?)([W-Za-z_-]*[0-9A-V])(?:@([^,]+),)?/g;
const MARKS = ["", ".", ":", "!"];
const RESULTS = 50;

// A file is missing or damaged, or belongs to another state of the site than the year file.
export class FileError extends Error {
  constructor(path, cause) {
    super(`${path} cannot be used`, { cause });
    Object.assign(this, { name: "FileError", path });
  }
}

export class IndexReader {
  #site;
  #years;
  #signal;
  #doubted;
  #results = new Map();

  // `years` keeps the years for other searches. Of the files in `doubted`, and then of years, no copy that the browser
  // has will do.
  constructor(site, years, signal = new AbortController().signal, doubted = new Set()) {
    this.#site = site;
    this.#years = years;
    this.#signal = signal;
    this.#doubted = doubted;
  }

  year(year) {
    return once(this.#years, year, () => this.#read(`${year}.json`, undefined, readYear));
  }

  shard({ path, code }, name) {
    return this.#read(`${path}${name}.json`, code, readShard);
  }

  // What a result shows of an article of a segment.
  async result({ span, offset }, article) {
    const file = Math.floor((offset + article) / RESULTS);
    const path = `${span.path}/results/${file + 1}.json`;
    const rows = await once(this.#results, path, () => this.#read(path, span.results[file], (data) => data.articles));
    const row = rows[(offset + article) % RESULTS];
    if (row === undefined) throw new FileError(path);
    return row;
  }

  page(path) {
    return this.#guard(path, () => this.#site.page(path, { signal: this.#signal }));
  }

  #read(path, code, decode) {
    return this.#guard(path, async () => {
      const reload = code ? this.#doubted.has(path) : this.#doubted.size > 0;
      const data = await this.#site.load(path, { code, reload, signal: this.#signal });
      if (data.code !== code) throw new Error(`its code is not ${code}`);
      return decode(data);
    });
  }

  async #guard(path, act) {
    this.#signal.throwIfAborted();
    try {
      return await act();
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new FileError(path, error);
    }
  }
}

// Does not keep what failed.
function once(kept, key, act) {
  if (!kept.has(key)) {
    kept.set(key, act());
    kept.get(key).catch(() => kept.delete(key));
  }
  return kept.get(key);
}

// The segments of a year, newest first; `size` is the number of articles.
function readYear({ spans }) {
  const segments = spans.flatMap((span) =>
    span.segments.map(([offset, capacity, shards, code]) => {
      const path = `${span.path}/${offset + 1}-${offset + capacity}/`;
      return { path, span, offset, size: Math.min(capacity, span.articles - offset), shards, code };
    }),
  );
  return segments.reverse();
}

// The words of a shard, or the facets of a segment, each with its articles, still as text.
function readShard({ words, articles }) {
  const lists = articles.split(" ");
  const texts = words.split(" ");
  if (texts.length !== lists.length) throw new Error("words without articles");
  let word = "";
  return texts.map((text, place) => {
    word = word.slice(0, VALUES[text[0]]) + text.slice(1);
    return [word, lists[place]];
  });
}

// The articles of a word, as {article, mark, positions}: the place in the segment, from the oldest; a mark from 0 to 3
// (seldom, often, very often, in the headline); and a set of positions, if the index has them.
export function readArticles(list) {
  let article = -1;
  return Array.from(list.matchAll(POSTING), ([, mark, gap, places]) => {
    article += readNumber(gap) + 1;
    let position = 0;
    const positions = places && new Set(places.match(NUMBER).map((step) => (position += readNumber(step))));
    return { article, mark: MARKS.indexOf(mark), positions };
  });
}

function readNumber(digits) {
  return Array.from(digits).reduce((number, digit) => number * 32 + (VALUES[digit] & 31), 0);
}
