// Answers searches for tests/test_search_engine.py: a JSON line with a request comes in, one with the answer goes out.
// Modules come from the folder that the first argument names; files are read from the folders of the request.

import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { Search, parseQuery } = await import(new URL("engine.js", `${pathToFileURL(process.argv[2])}/`));

// A small stemmer, which the tests have in Python, too.
const STEMMERS = { en: async () => (word) => word.replace(/(?:ing|ed|es|s|e)$/, "") };

// Returns {pages, total, loads, error, suggestion, leftOut}: of each page of results the results, how many were found,
// the files loaded until then, and how many loads were still open.
async function answer({ folders, years, languages = [], pages = {}, takes = [null], request, ...more }) {
  const loads = [];
  const control = new AbortController();
  let open = 0;
  let most = 0;
  let progress = [];
  const load = async (path, { code, reload, signal }) => {
    loads.push([path, code ?? null, reload]);
    if (loads.length === more.abort_at) control.abort();
    const folder = folders[Math.min(folders.length - 1, more.switch_at && loads.length > more.switch_at ? 1 : 0)];
    open += 1;
    most = Math.max(most, open);
    try {
      await new Promise((resolve) => setTimeout(resolve, more.slow?.includes(path) ? 20 : 0));
      return JSON.parse(await readFile(`${folder}/${path}`, { encoding: "utf-8", signal }));
    } finally {
      open -= 1;
    }
  };
  const search = new Search({
    years,
    languages,
    load,
    stemmer: (language) => STEMMERS[language]?.() ?? null,
    page: async (path) => {
      loads.push([path, null, false]);
      if (!(path in pages)) throw new Error("no such page");
      return pages[path];
    },
    onProgress: (done, total) => {
      progress = [done, total];
    },
  });
  const found = [];
  const given = { pages: found, loads, leftOut: parseQuery(request.q ?? "").leftOut };
  try {
    const results = search.run({ ...request, ...(more.abort_at && { signal: control.signal }) });
    for (const take of takes) {
      const page = { results: [] };
      while (take === null || page.results.length < take) {
        const { value, done } = await results.next();
        if (done) break;
        page.results.push(value);
      }
      Object.assign(page, { total: search.total, loads: loads.length });
      found.push(page);
    }
    if (more.stop) await results.return();
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (more.suggest) given.suggestion = await search.suggest(request.q);
  } catch (error) {
    given.error = { name: error.name, path: error.path ?? null, message: error.message };
  }
  return { ...given, most, progress, later: open };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
