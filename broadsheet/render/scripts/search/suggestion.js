// Corrects the words of a query that no article has, if the archive has another that differs by a letter.

import { look } from "./segment.js";

const ENOUGH = 500; // articles

// Returns the corrected query, or null. Mistakes in the first three letters lead to other shards than those that were
// read: if these had nothing, all shards of the newest segments are looked through.
export async function correct({ q, years, clauses }, index) {
  const words = clauses.flatMap((clause) => clause.words);
  let read = 0;
  for (const year of years) {
    for (const segment of await index.year(year)) {
      const open = words.filter(({ near }) => near?.length === 0);
      if (!open.length || read >= ENOUGH) return write(q, words);
      read += segment.size;
      const shards = Array.from({ length: segment.shards }, (_, name) => index.shard(segment, name));
      for (const shard of await Promise.all(shards)) {
        for (const word of open) look(word, shard);
      }
    }
  }
  return write(q, words);
}

// The query with each word that has a near one replaced by that which is in most articles.
function write(q, words) {
  let written = q;
  for (const { near, start, end } of words.toSorted((one, other) => other.start - one.start)) {
    if (!near?.length) continue;
    const counts = new Map();
    for (const [word, count] of near) counts.set(word, (counts.get(word) ?? 0) + count);
    const [best] = [...counts].reduce((one, other) => (other[1] > one[1] ? other : one));
    written = written.slice(0, start) + best + written.slice(end);
  }
  return written === q ? null : written;
}
