// What a reader types, read as clauses. An article is found if it matches every clause, and none that begins with a
// minus: words, "a phrase", -not, prefix*, title:word.

import { words as wordsOf } from "./words.js";

const MOST_WORDS = 32;
const QUOTES = /[“”„‟«»「」『』＂]/g;
const PART = /([-－]?)(title[:：])?(?:"([^"]*)"?|(\S+))/giu;

// Returns {clauses, leftOut}. A clause is {not, title, words}, a word {text, prefix, exact, start, end}: with its place
// in the query. Several words are a phrase. Of words beyond the limit only the number is told.
export function parseQuery(q) {
  const clauses = new Map();
  let count = 0;
  let leftOut = 0;
  for (const { 0: all, 1: minus, 2: title, 3: quoted, 4: run, index } of q.replace(QUOTES, '"').matchAll(PART)) {
    const text = quoted ?? run;
    for (const words of readWords(text, quoted !== undefined, minus, index + all.lastIndexOf(text))) {
      const key = JSON.stringify([minus, title, words.map((word) => [word.text, word.prefix, word.exact])]);
      if (clauses.has(key)) continue;
      if (count + words.length > MOST_WORDS) {
        leftOut += words.length;
        continue;
      }
      count += words.length;
      clauses.set(key, { not: Boolean(minus), title: Boolean(title), words });
    }
  }
  return { clauses: [...clauses.values()], leftOut };
}

// The words of each clause. What is not wanted is one clause: -oil-price leaves out "oil price", not all oil.
function readWords(text, isQuoted, minus, offset) {
  const all = [...wordsOf(text)];
  const isPhrase = isQuoted || (minus && all.length > 1);
  const isStarred = !isQuoted && /[\p{L}\p{M}\p{N}][*＊]+$/u.test(text);
  const words = [];
  all.forEach(({ word, start, end, last, single }, place) => {
    // Of letters that are indexed by pairs the last one is a word too. It says no more than the pair before it, unless
    // a phrase goes on. A letter alone may be the first of any pair.
    const isLast = place === all.length - 1;
    if (last && !single && (isLast || !isPhrase)) return;
    const prefix = single ? isLast || !isPhrase : isStarred && isLast;
    words.push({ text: word, prefix, exact: Boolean(isPhrase), start: offset + start, end: offset + end });
  });
  if (!isPhrase) return words.map((word) => [word]);
  return words.length ? [words] : [];
}
