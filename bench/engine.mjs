// Answers searches in a built site, for bench/built_site.py: a JSON line with a search comes in, one with what it found
// goes out. Files and pages are read from the site's folder, which is the first argument; the second is the engine's.

import { access, readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, engine] = process.argv.slice(2);
const { Search } = await import(pathToFileURL(`${engine}/engine.js`));
let loads = 0;

async function stemmer(language) {
  const file = `${engine}/../stemmers/${language}.js`;
  try {
    await access(file);
  } catch {
    return null;
  }
  return (await import(pathToFileURL(file))).stem;
}

async function load(path) {
  loads += 1;
  return JSON.parse(await readFile(`${folder}/search/${path}`, "utf-8"));
}

// The headline and the text of an article, without tags: those within a line part no words.
async function page(path) {
  loads += 1;
  const html = await readFile(`${folder}/${decodeURIComponent(path)}index.html`, "utf-8");
  const plain = (text) =>
    text
      .replace(/<\/?(?:a|abbr|b|cite|code|del|em|i|ins|mark|q|s|small|span|strong|sub|sup|u|wbr)\b[^>]*>/g, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
      .replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " })[name]);
  const [, title] = html.match(/<h1[^>]*>(.*?)<\/h1>/s) ?? [null, ""];
  const [, text] = html.match(/<div class="body"[^>]*>(.*?)<\/div>\s*<footer>/s) ?? [null, ""];
  return { title: plain(title), text: plain(text) };
}

// `most` is how many results to take; null takes all.
async function answer({ years, languages, most, request }) {
  const search = new Search({ years, languages, load, stemmer, page });
  const paths = [];
  loads = 0;
  for await (const { path } of search.run(request)) {
    paths.push(path);
    if (paths.length === most) break;
  }
  return { paths, loads };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
