// Answers searches for tests/test_search_engine.py: a JSON line with a request comes in, one with the answer goes out.
// Modules come from the folder that the first argument names; files are read from the folders of the request.

import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { Search, parseQuery } = await import(new URL("engine.js", `${pathToFileURL(process.argv[2])}/`));

// A small stemmer, which the tests have in Python, too.
const STEMMERS = { en: async () => (word) => word.replace(/(?:ing|ed|es|s|e)$/, "") };

// Returns {pages, loads, most, progress, suggestion, error, open}: of each page its results, how many were found in all,
// and how many loads there had been; the loads as [path, code, reload]; the most that were open at once, and the number
// that still is. What has `slow` in its path comes later than all else. With `leave` the results that are left are declined; with `again` what failed is tried once more.
async function answer({ folders, years, languages = [], pages = {}, takes = [null], request, ...more }) {
  const said = { pages: [], loads: [], most: 0, progress: [], open: 0 };
  const read = async (path, code, reload, signal, get) => {
    said.loads.push([path, code ?? null, reload]);
    if (said.loads.length === more.stop_at) search[more.how]({});
    said.open += 1;
    said.most = Math.max(said.most, said.open);
    try {
      await new Promise((resolve) => setTimeout(resolve, more.slow && path.includes(more.slow) ? 50 : 0));
      signal.throwIfAborted();
      return await get();
    } finally {
      said.open -= 1;
    }
  };
  const search = new Search({
    years,
    languages,
    load: (path, { code, reload, signal }) => {
      // From so many loads on the site is the next one.
      const folder = folders.at(more.published_at?.filter((count) => said.loads.length >= count).length ?? 0);
      return read(path, code, reload, signal, async () => JSON.parse(await readFile(`${folder}/${path}`, "utf-8")));
    },
    stemmer: (language) => STEMMERS[language]?.() ?? null,
    page: (path, { signal }) => read(path, null, false, signal, () => pages[path] ?? Promise.reject(new Error("none"))),
    onProgress: (done, total) => said.progress.push([done, total]),
  });
  const run = async () => {
    said.pages = [];
    const results = search.run(request);
    for (const take of takes) {
      const page = [];
      while (take === null || page.length < take) {
        const { value, done } = await results.next();
        if (done) break;
        page.push(value);
      }
      said.pages.push({ results: page, total: search.total, loads: said.loads.length });
    }
    if (more.leave) await results.return();
  };
  try {
    await run();
    if (more.suggest) said.suggestion = await search.suggest(request.q);
  } catch ({ name, path = null }) {
    said.error = { name, path, loads: said.loads.length };
    if (more.again) await run();
  }
  await new Promise((resolve) => setTimeout(resolve, more.slow ? 100 : 5));
  return said;
}

// Returns for each of many queries the paths of all results; each file is read once.
async function find({ folder, years, queries }) {
  const files = new Map();
  const load = async (path) => {
    if (!files.has(path)) files.set(path, JSON.parse(await readFile(`${folder}/${path}`, "utf-8")));
    return files.get(path);
  };
  const search = new Search({ years, languages: [], load });
  const found = [];
  for (const q of queries) {
    const paths = [];
    for await (const { path } of search.run({ q })) paths.push(path);
    found.push(paths);
  }
  return found;
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const act = asked.queries ? find : asked.request ? answer : ({ parse }) => parseQuery(parse);
  console.log(JSON.stringify(await act(asked)));
}
