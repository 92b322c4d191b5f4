// Asks one segment which of its articles match every clause of a query.

import { readArticles } from "./index_reader.js";
import { keyOf, shardOf } from "./words.js";

const UNLIKELY = 0.7; // hits

// The tests of a word in a language: from a word of a query to a function that says whether a word of the index is a
// form of it. Without a stemmer the last letters may differ.
export const compareStems = (stem) => (text) => {
  const own = stem(text);
  return (other) => stem(other) === own;
};

export function compareStarts(text) {
  const letters = [...text];
  const start = letters.slice(0, letters.length < 7 ? -1 : -2).join("");
  return (other) => letters.length > 4 && other.startsWith(start) && [...other.slice(start.length)].length < 7;
}

// Returns whether a word of a query finds a word of the index, as a function.
export function matcher({ text, prefix, exact }, tests) {
  if (prefix) return (other) => other.startsWith(text);
  if (exact) return (other) => other === text;
  const key = keyOf(text);
  const isForm = tests.map((test) => test(text));
  return (other) =>
    other === text || (other.startsWith(key) && keyOf(other) === key && isForm.some((test) => test(other)));
}

// Whether one letter is wrong, left out or added, or two are exchanged.
function isNear(one, other) {
  if (one.length > other.length) return isNear(other, one);
  if (other.length > one.length + 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const rest = other.slice(at + 1);
  if (one.length < other.length) return one.slice(at) === rest;
  return one.slice(at + 1) === rest || one.slice(at) === rest[0] + other[at] + rest.slice(1);
}

// Returns the hits, newest first: {segment, article, marks, forms, unsure}. `unsure` are the phrases whose words the
// article has, perhaps not next to each other. `ready` is awaited before words are compared. Unless the hits are to be
// ranked, a word that is probably not there is asked for alone, and then perhaps no other.
export async function ask(segment, clauses, index, ready, isRanked) {
  const shards = new Map();
  const load = async (name) => shards.set(name, await index.shard(segment, name));
  let left = Array.from({ length: segment.size }, (_, article) => ({ segment, article, marks: [], forms: [], unsure: [] }));
  for (const stage of stages(clauses, segment, isRanked)) {
    if (!left.length) break;
    const names = new Set(stage.flatMap(({ words }) => words.flatMap((word) => shardsOf(word, segment))));
    await Promise.all([ready, ...[...names].filter((name) => !shards.has(name)).map(load)]);
    for (const clause of stage) {
      const found = match(clause, shards, segment);
      clause.found += found.size;
      clause.asked += segment.size;
      for (const each of found.values()) clause.typed += isTyped(clause, each);
      left = left.filter((hit) => matches(hit, clause, found.get(hit.article)));
    }
  }
  return left.reverse();
}

function stages(clauses, { size }, isRanked) {
  const wanted = clauses.filter(({ not }) => !not);
  const unwanted = clauses.filter(({ not }) => not);
  const expected = ({ found, asked }) => ((found + 1) / (asked + 10)) * size;
  const [rarest, ...others] = [...wanted].sort((one, other) => expected(one) - expected(other));
  const isUnlikely = !isRanked && rarest && expected(rarest) < UNLIKELY;
  return isUnlikely ? [[rarest], others, unwanted] : [wanted, unwanted];
}

function matches(hit, clause, match) {
  if (match?.isUnsure) hit.unsure.push(clause);
  else if (Boolean(match) === clause.not) return false;
  if (match && !clause.not && !clause.isFilter) {
    hit.marks.push([clause, match.mark, isTyped(clause, match)]);
    hit.forms.push(...match.forms);
  }
  return true;
}

// Whether an article has a word as it was typed, not only a form of it.
const isTyped = ({ words: [{ text }] }, { forms }) => forms.includes(text);

// The files of a segment in which a word is looked up: for a beginning shorter than a key all shards.
function shardsOf({ text, prefix, facets }, { shards }) {
  if (facets) return ["facets"];
  if (prefix && keyOf(`${text}000`) !== keyOf(text)) return Array.from({ length: shards }, (_, shard) => shard);
  return [shardOf(text, shards)];
}

// The articles that match a clause, as a map to {mark, forms, isUnsure}.
function match(clause, shards, segment) {
  const [first, ...others] = clause.words.map((word) => matchWord(word, clause.title, shards, segment));
  if (!others.length) return first;
  const found = new Map();
  for (const [article, start] of first) {
    const all = [start, ...others.map((each) => each.get(article))];
    if (!all.every(Boolean)) continue;
    const isUnsure = clause.title || !start.positions;
    const isRow = (at) => all.every(({ positions }, step) => positions.has(at + step));
    if (!isUnsure && ![...start.positions].some(isRow)) continue;
    const mark = Math.min(...all.map((each) => each.mark));
    found.set(article, { mark, forms: all.flatMap(({ forms }) => forms), isUnsure });
  }
  return found;
}

function matchWord(word, inTitle, shards, segment) {
  const found = new Map();
  for (const [form, articles] of shardsOf(word, segment).flatMap((name) => look(word, shards.get(name)))) {
    for (const { article, mark, positions } of articles) {
      if (inTitle && mark < 3) continue;
      const known = found.get(article) ?? { mark, forms: [], positions };
      known.mark = Math.max(known.mark, mark);
      known.forms.push(form);
      positions?.forEach((position) => known.positions.add(position));
      found.set(article, known);
    }
  }
  return found;
}

// The words of a shard that `word` finds, with their articles. As long as there was none, `word.near` gathers those that
// differ by a letter, with the number of their articles.
export function look(word, shard) {
  const found = [];
  for (const [form, list] of shard) {
    if (word.finds(form)) {
      found.push([form, readArticles(list)]);
      word.near = null;
    } else if (word.near && isNear(word.text, form)) {
      word.near.push([form, readArticles(list).length]);
    }
  }
  return found;
}
