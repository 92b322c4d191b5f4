// Searches the index of the archive. It knows nothing of pages or addresses: `load` reads a file below search/, `page`
// the title and text of an article, and `stemmer` gets what stems the words of a language, or null.
//
//   const search = new Search({ years, languages, load, stemmer, page, onProgress });  // years: the newest first
//   for await (const result of search.run({ q, from, to, filters, sort })) …
//   search.total             how many were found; null as long as that is not known
//   search.stop()            ends a run, as the next one does
//   await search.suggest(q)  the query with its misspelt words corrected, or null
//
// load(path, { code, reload, signal }): year files have no `code`; with `reload` no copy that the browser has will do.
// page(path, { signal }). onProgress(done, total): segments asked, and known of so far. A FileError says in `path`
// which file was missing or damaged. parseQuery(q).leftOut says how many words were too many.

import { FileError, IndexReader } from "./index_reader.js";
import { parseQuery } from "./query.js";
import { ask, compareStarts, compareStems, matcher } from "./segment.js";
import { correct } from "./suggestion.js";
import { fold } from "./words.js";

export { FileError, parseQuery };

const PAGE = 10;
const WIDTH = 8; // segments
const TRIES = 3;
const WEIGHTS = [1, 1.6, 2.2, 4]; // of a word that is seldom there, often, very often, in the headline

export class Search {
  #site;
  #years = new Map();
  #run = {};

  constructor(site) {
    this.#site = site;
  }

  get total() {
    const { isOver, isSure, queue, coming, found } = this.#run;
    return isOver && (isSure || !(queue.length || coming)) ? found : null;
  }

  stop() {
    this.#run.stop?.abort();
  }

  // Returns an async iterator of results. Nothing more is loaded once nobody asks for more.
  run({ q = "", from, to, filters = {}, sort }) {
    this.stop();
    const facets = Object.entries(filters).map(([kind, slugs]) => slugs.filter(Boolean).map((slug) => `${kind}/${slug}`));
    this.#run = {
      q,
      years: this.#site.years.filter((year) => !(year < from) && !(to && year > to)),
      facets: facets.filter(({ length }) => length),
      isAll: Boolean(from || to),
      isBest: sort === "best",
      given: new Map(),
      stop: new AbortController(),
    };
    return this.#results(this.#run);
  }

  // Begins again, twice at most, if a file cannot be used: the site may have been published in between.
  async *#results(run) {
    const doubted = new Set();
    try {
      for (let tries = 1; ; tries += 1) {
        const index = new IndexReader(this.#site, this.#years, run.stop.signal, doubted);
        try {
          yield* this.#attempt(run, index);
          return;
        } catch (error) {
          if (tries === TRIES || !(error instanceof FileError)) throw error;
          doubted.add(error.path);
          this.#years.clear();
        }
      }
    } finally {
      run.stop.abort();
    }
  }

  async *#attempt(run, index) {
    const { given, isBest } = run;
    const latest = [...given.values()].at(-1);
    const { clauses } = parseQuery(run.q);
    const queue = [];
    const isSure = clauses.some(({ not }) => !not) || run.facets.length > 0;
    Object.assign(run, { clauses, queue, isSure, found: 0, isOver: false, coming: null });
    const waves = this.#ask(run, index);
    for (;;) {
      run.wanted = PAGE - (given.size % PAGE);
      if (!run.isOver && (isBest || queue.length < run.wanted)) run.coming ??= later(waves.next());
      if (run.coming && (isBest || !queue.length)) {
        const { value } = await run.coming;
        run.coming = null;
        queue.push(...value);
        if (isBest && run.isOver) rank(queue);
        continue;
      }
      if (!queue.length) return;
      for (const hit of queue.slice(0, run.wanted)) hit.result ??= later(readResult(hit, index));
      const result = await queue[0].result;
      queue.shift();
      if (result && given.has(result.path)) continue;
      // After a new beginning, what is newer than the results before was not there yet.
      if (!result || (latest && !isBest && result.day > latest)) {
        run.found -= 1;
        continue;
      }
      given.set(result.path, result.day);
      yield result;
    }
  }

  // Yields the hits of some segments after the other, newest first: of eight, or as many as it probably takes.
  async *#ask(run, index) {
    const clauses = [...run.clauses, ...run.facets.map(readFilter)];
    const years = clauses.length || run.isAll ? [...run.years] : [];
    const ready = later(this.#prepare(run.clauses));
    let [todo, asked, done, known, batch] = [[], 0, 0, 0, run.isBest ? years.length : 1];
    do {
      const rate = (run.found + 1) / (asked + PAGE);
      const missing = run.isBest ? Infinity : run.wanted - run.queue.length;
      const answers = [];
      for (let hope = 0; answers.length < WIDTH && hope < missing; ) {
        if (!todo.length) {
          if (!years.length) break;
          todo = (await Promise.all(years.splice(0, batch).map((year) => index.year(year)))).flat();
          known += todo.length;
          batch = Math.min(batch * 2, WIDTH);
          continue;
        }
        const segment = todo.shift();
        const told = (hits) => {
          this.#site.onProgress?.((done += 1), known);
          return hits;
        };
        answers.push(later(ask(segment, clauses, index, ready, run.isBest).then(told)));
        asked += segment.size;
        hope += segment.size * rate;
      }
      const hits = (await Promise.all(answers)).flat();
      run.found += hits.length;
      run.isSure &&= hits.every(({ unsure }) => !unsure.length);
      run.isOver = !years.length && !todo.length;
      yield hits;
    } while (!run.isOver);
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
  async suggest(q) {
    const run = this.#run.q === q && this.#run.clauses ? this.#run : { q, years: this.#site.years, ...parseQuery(q) };
    await this.#prepare(run.clauses);
    return correct(run, new IndexReader(this.#site, this.#years));
  }
}

// A filter is a clause, too: any of these facets.
function readFilter(facets) {
  return { not: false, words: [{ facets, finds: (facet) => facets.includes(facet) }], isFilter: true, asked: 0, found: 0 };
}

// A promise that is awaited later: its failure counts when it is.
function later(promise) {
  promise.catch(() => {});
  return promise;
}

// Sorts hits, which come newest first. Words that are in few articles count more, and so do those that an article has
// often, or in its headline, or as they were typed. Of 300 real articles of which three words were remembered, 91% were
// then among the first ten, and 75% if all forms counted alike.
function rank(hits) {
  const rarity = (found, asked) => Math.log(1 + (asked - found + 0.5) / (found + 0.5));
  const worth = ([{ found, typed, asked }, mark, isTyped]) =>
    rarity(found, asked) * WEIGHTS[mark] + (isTyped ? rarity(typed, asked) : 0);
  for (const hit of hits) hit.score = hit.marks.reduce((sum, each) => sum + worth(each), 0);
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
