// Searches the index of the archive. It knows nothing of pages or addresses: `load` reads a file below search/, `page`
// the title and text of an article, and `stemmer` gets what stems the words of a language, or null.
//
//   const search = new Search({ years, languages, load, stemmer, page, onProgress });
//   for await (const result of search.run({ q, from, to, filters, sort, signal })) …
//   search.total             how many were found; null as long as that is not known
//   await search.suggest(q)  the query with its misspelt words corrected, or null
//
// load(path, { code, reload, signal }): year files have no `code`; with `reload` no copy that the browser has will do.
// page(path, { signal }). onProgress(done, total): segments asked, and known of so far. A FileError says in `path`
// which file was missing or damaged. parseQuery(q).leftOut says how many words were too many.

import { FileError, IndexReader } from "./index_reader.js";
import { Line, later } from "./line.js";
import { parseQuery } from "./query.js";
import { ask, compareStarts, compareStems, matcher } from "./segment.js";
import { fold, keyOf } from "./words.js";

export { FileError, parseQuery };

const PAGE = 10;
const TRIES = 3;
const WEIGHTS = [1, 1.6, 2.2, 4]; // of a word that is there once, a few times, often, in the headline

export class Search {
  #site;
  #years = new Map();
  #run = { count: () => null };

  constructor(site) {
    this.#site = site;
  }

  get total() {
    return this.#run.count();
  }

  // Returns an async iterator of results. Nothing more is loaded once nobody asks for more.
  run({ q = "", from, to, filters = {}, sort, signal }) {
    const years = this.#site.years.filter((year) => !(year < Number(from)) && !(year > Number(to)));
    const facets = Object.entries(filters).map(([kind, slugs]) => new Set(slugs.map((slug) => `${kind}/${slug}`)));
    this.#run = {
      q,
      years: years.sort((one, other) => other - one),
      facets: facets.filter(({ size }) => size),
      isAll: Boolean(from || to),
      isBest: sort === "best",
      given: new Map(),
      count: () => null,
    };
    return this.#results(this.#run, signal);
  }

  // Begins again, twice at most, if a file cannot be used: the site may have been published in between.
  async *#results(run, signal) {
    for (let tries = 1; ; tries += 1) {
      const stop = new AbortController();
      const quit = () => stop.abort(signal.reason);
      signal?.addEventListener("abort", quit);
      if (signal?.aborted) quit();
      try {
        yield* this.#attempt(run, new IndexReader(this.#site, this.#years, stop.signal, tries > 1));
        return;
      } catch (error) {
        if (tries === TRIES || !(error instanceof FileError)) throw error;
        this.#years.clear();
      } finally {
        signal?.removeEventListener("abort", quit);
        stop.abort();
      }
    }
  }

  async *#attempt(run, index) {
    const { given, isBest } = run;
    const latest = [...given.values()].at(-1);
    run.clauses = readClauses(run.q);
    const clauses = [...run.clauses, ...run.facets.map(readFilter)];
    const ready = later(this.#prepare(run.clauses));
    const line = new Line(clauses.length || run.isAll ? run.years : [], {
      year: (year) => index.year(year),
      ask: (segment) => ask(segment, clauses, index, { ready, isRanked: isBest }),
      onProgress: this.#site.onProgress,
    });
    const queue = [];
    let coming = null;
    let lost = 0;
    let isSure = clauses.some(({ not }) => !not);
    const isOver = () => line.isOver && !coming;
    run.count = () => (isOver() && (isSure || !queue.length) ? line.found - lost : null);
    for (;;) {
      const wanted = isBest ? Infinity : PAGE - (given.size % PAGE) - queue.length;
      if (wanted > 0 && !line.isOver) coming ??= later(line.next(wanted));
      if (coming && (isBest || !queue.length)) {
        const hits = await coming;
        coming = null;
        isSure &&= hits.every(({ unsure }) => !unsure.length);
        queue.push(...hits);
        if (isBest && line.isOver) rank(queue);
        continue;
      }
      if (!queue.length) return;
      // What the next page of results shows is loaded at once.
      for (const hit of queue.slice(0, PAGE - (given.size % PAGE))) hit.result ??= later(readResult(hit, index));
      const result = await queue[0].result;
      queue.shift();
      // After a new beginning what is newer than the results before is left out: it was not there.
      if (!result || (latest && !isBest && result.day > latest)) lost += 1;
      else if (!given.has(result.path)) {
        given.set(result.path, result.day);
        yield result;
      }
    }
  }

  // Lets each word know which words of the index it finds.
  async #prepare(clauses) {
    const { languages, stemmer } = this.#site;
    const words = clauses.flatMap((clause) => clause.words);
    const haveForms = words.some(({ prefix, exact }) => !prefix && !exact);
    const stems = haveForms ? await Promise.all(languages.map((language) => stemmer(language))) : [];
    const tests = stems.map((stem) => (stem ? compareStems(stem) : compareStarts));
    for (const word of words) word.finds = matcher(word, tests);
  }

  // A word that no article has is corrected if another differs by a letter.
  async suggest(q, { signal } = {}) {
    const { correct } = await import("./suggestion.js");
    const { years } = this.#site;
    const run = this.#run.q === q && this.#run.clauses ? this.#run : { q, years, clauses: readClauses(q) };
    await this.#prepare(run.clauses);
    return correct(run, new IndexReader(this.#site, this.#years, signal ?? new AbortController().signal));
  }
}

// The clauses of a query. Words that may be misspelt gather in `near` what may have been meant.
function readClauses(q) {
  const { clauses } = parseQuery(q);
  for (const clause of clauses) {
    Object.assign(clause, { asked: 0, found: 0 });
    for (const word of clause.words) {
      const isWord = keyOf(word.text).length > 2 && /\p{L}/u.test(word.text);
      word.near = isWord && !word.prefix && !clause.not ? [] : null;
    }
  }
  return clauses;
}

// A filter is a clause, too: any of these facets.
function readFilter(facets) {
  return { words: [{ facets, finds: (facet) => facets.has(facet) }], isFilter: true, asked: 0, found: 0 };
}

// Sorts hits, which come newest first. Words that are in few articles count more, and so do those that an article has
// often, or in its headline.
function rank(hits) {
  const rarity = ({ found, asked }) => Math.log(1 + (asked - found + 0.5) / (found + 0.5));
  for (const hit of hits) {
    hit.score = hit.marks.reduce((sum, [clause, mark]) => sum + rarity(clause) * WEIGHTS[mark], 0);
  }
  hits.sort((one, other) => other.score - one.score);
}

// What to show of a hit; null if the article was retracted or does not have a phrase.
async function readResult({ segment, article, forms, unsure }, index) {
  const row = await index.result(segment, article);
  if (!row) return null;
  const [path, title, day, language, authors, dateline, section, summary] = row;
  for (const clause of unsure) {
    const shown = clause.title ? [title] : [title, summary, dateline, section, ...authors];
    let isThere = hasPhrase(shown, clause.words);
    if (!isThere && !clause.title) {
      const page = await index.page(path);
      isThere = hasPhrase([page.title, page.text], clause.words);
    }
    if (isThere === clause.not) return null;
  }
  return { path, title, day, language, authors, dateline, section, summary, forms: [...new Set(forms)] };
}

function hasPhrase(texts, words) {
  return texts.map(fold).some((all) => {
    const isAt = ({ text, prefix }, place) => (prefix ? all[place]?.startsWith(text) : all[place] === text);
    return all.some((_, start) => words.every((word, step) => isAt(word, start + step)));
  });
}
