// What a reader types, read as clauses: words, "a phrase", -not, prefix*, title:word. An article is found if it matches
// every clause, and none that begins with a minus.

import { words as wordsOf } from "./words.js";

const MOST_WORDS = 32;
const QUOTES = /[“”„‟«»「」『』＂]/g;
const PART = /([-－]?)(title[:：])?(?:"([^"]*)"?|(\S+))/giu;

// Returns {clauses, leftOut}. A clause is {not, title, words}, a word {text, prefix, exact, start, end}, with its place
// in the query; several words are a phrase. Words beyond the limit are only counted, in `leftOut`. A search counts in
// `asked` and `found`, and gathers in `near` what may have been meant by a word that it does not find.
export function parseQuery(q) {
  const clauses = new Map();
  let leftOut = 0;
  let room = MOST_WORDS;
  for (const { 0: all, 1: minus, 2: title, 3: quoted, 4: run, index } of q.replace(QUOTES, '"').matchAll(PART)) {
    const text = quoted ?? run;
    for (const words of readWords(text, quoted !== undefined, minus, index + all.lastIndexOf(text))) {
      const key = JSON.stringify([minus, title, words.map((word) => [word.text, word.prefix, word.exact])]);
      if (clauses.has(key)) continue;
      if (words.length > room) {
        leftOut += words.length;
        continue;
      }
      room -= words.length;
      clauses.set(key, { not: Boolean(minus), title: Boolean(title), words, asked: 0, found: 0, typed: 0 });
    }
  }
  return { clauses: [...clauses.values()], leftOut };
}

// The words of each clause. What is not wanted is one clause: -oil-price leaves out "oil price", not all oil.
function readWords(text, isQuoted, minus, offset) {
  const all = [...wordsOf(text)];
  const isPhrase = Boolean(isQuoted || (minus && all.length > 1));
  const isStarred = !isQuoted && /[\p{L}\p{M}\p{N}][*＊]+$/u.test(text);
  const words = all.flatMap(({ word, start, end, last, single }, place) => {
    // Of letters that are indexed by pairs the last one is a word too. It says no more than the pair before it, unless
    // a phrase goes on. A letter alone may be the first of any pair.
    const isEnd = !isPhrase || place === all.length - 1;
    if (last && !single && isEnd) return [];
    const prefix = single ? isEnd : isStarred && place === all.length - 1;
    const near = minus || prefix || last !== undefined || !/^[\p{L}\p{M}]{3}/u.test(word) ? null : [];
    return [{ text: word, prefix, exact: isPhrase, start: offset + start, end: offset + end, near }];
  });
  return isPhrase ? [words].filter(({ length }) => length) : words.map((word) => [word]);
}
