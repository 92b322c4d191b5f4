// Words as the search index has them: folded, so that readers need not know how they are written. What a word is, and
// in which shard of a segment it stands, is told by read/search_words.py and read/search_keys.py of broadsheet; tests
// hold these functions against those. A change here without the same change there makes words that nothing finds.

const longest = 40;

// The ranges of a text such as "5BF 610-61A", for a set of characters in a pattern.
const ranges = (text) => text.replace(/[0-9A-F]+/g, (code) => `\\u{${code}}`).replaceAll(" ", "");

const marks = ranges(
  "300-36F 483-489 591-5BD 5BF 5C1 5C2 5C4 5C5 5C7 610-61A 64B-65F 670 6D6-6DC 6DF-6E4 6E7 6E8 6EA-6ED 898-89F " +
    "8CA-8E1 8E3-8FF 1AB0-1AFF 1DC0-1DFF 20D0-20FF 2DE0-2DFF A66F-A672 A674-A67D A69E A69F FB1E FE20-FE2F",
);
const unseen = ranges(
  "AD 61C 640 180B-180F 200B-200F 202A-202E 2060-2064 2066-2069 FE00-FE0F FEFF E0100-E01EF 2B9 2BA 2BD-2BF",
);
const paired = ranges(
  "E01-E3A E40-E4E E81-ECE EDC-EDF 1000-103F 1050-108F 109A-109D A9E0-A9EF A9FA-A9FE AA60-AA7F 1780-17D3 17D7 17DC " +
    "17DD 3005-3007 3021-3029 3031-3035 3038-303C 3041-309F 30A1-30FA 30FC-30FF 31F0-31FF 3400-4DBF 4E00-9FFF " +
    "F900-FAFF 1AFF0-1B16F 20000-3FFFF",
);
const zeros = "660 6F0 966 9E6 A66 AE6 B66 BE6 C66 CE6 D66 E50 ED0 F20 1040 1090 17E0 A9F0"
  .split(" ")
  .map((code) => parseInt(code, 16));
const typed = new Map(
  (
    "ßss æae œoe þth ıi əe łl øo đd ðd ħh ŋn ŧt ɓb ɗd ƙk ƴy ςσ " +
    "\u0649\u064a \u06cc\u064a \u06a9\u0643 \u0629\u0647 \u06c1\u0647 \u06d5\u0647 \u0671\u0627"
  )
    .split(" ")
    .map((pair) => [pair[0], pair.slice(1)]),
);
for (const zero of zeros) {
  for (let digit = 0; digit < 10; digit += 1) typed.set(String.fromCharCode(zero + digit), String(digit));
}

const signs = /[\u2116\u2120\u2122]/g;
const ownLetters = /\u0438\u0306|\u0443\u0306|\u0456\u0308/g;
const dropped = new RegExp(`[${marks}${unseen}]`, "gu");
const apostrophes = /[\u02bb\u02bc]/g;
const replaced = new RegExp(`[${[...typed.keys()].join("")}]`, "g");
const run = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;
const letter = /\P{M}\p{M}*/gu;
const anyPaired = new RegExp(`[${paired}]`, "u");
const startsPaired = new RegExp(`^[${paired}]`, "u");
// Most text: characters that only lower case changes, one for one. ASCII, Cyrillic, kana, Han.
const plain = "[\\0-\\x7f\\u0410-\\u0418\\u041a-\\u0438\\u043a-\\u044f\\u3041-\\u3096\\u30a1-\\u30fa\\u30fc\\u4e00-\\u9fff]+";
const isPlain = new RegExp(`^${plain}$`);
// What is folded by itself: plain text; letters and jamo that may become one Hangul syllable; any other character. Each
// with what may become part of it: marks, voice marks of half width, and what is not seen.
const added = `[\\p{M}\\uff9e\\uff9f\\ufe71-\\ufe7f${unseen}]`;
const hangul = `[${ranges("1100-11FF 3131-318E 3260-327E A960-A97C AC00-D7FB FFA0-FFDC")}]`;
const piece = new RegExp(`${plain}(?!${added})|(?:${hangul}${added}*)+|[^]${added}*`, "gu");

function foldPiece(text) {
  if (isPlain.test(text)) return text.toLowerCase();
  return text
    .replace(signs, " ")
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(ownLetters, (apart) => apart.normalize("NFC"))
    .replace(dropped, "")
    .replace(apostrophes, " ")
    .replace(replaced, (char) => typed.get(char))
    .normalize("NFC");
}

function cut(word) {
  return word.length > longest ? [...word].slice(0, longest).join("") : word;
}

// The words of a run of letters, marks and numbers, each with its place in the run: one, or pairs of letters. Of those
// in pairs the last one is `last`: a letter without the next one. `single` says that there is no pair before it.
function* splitRun(text) {
  if (!anyPaired.test(text)) {
    yield { word: cut(text), at: 0, end: text.length };
    return;
  }
  const letters = [...text.matchAll(letter)];
  const inPairs = letters.map(([char]) => startsPaired.test(char));
  for (let first = 0, next; first < letters.length; first = next) {
    for (next = first + 1; next < letters.length && inPairs[next] === inPairs[first]; ) next += 1;
    const make = (from, to) => {
      const at = letters[from].index;
      const end = letters[to - 1].index + letters[to - 1][0].length;
      return { word: cut(text.slice(at, end)), at, end };
    };
    if (!inPairs[first]) yield make(first, next);
    else for (let at = first; at < next; at += 1) {
      yield { ...make(at, Math.min(at + 2, next)), last: at + 1 === next, single: next - first === 1 };
    }
  }
}

// Yields the words of a text in its order, each with the place in the text that it was read from: {word, start, end}.
// Pairs of letters overlap.
export function* words(text) {
  let folded = "";
  // By the place of each code unit in `folded`: where the piece of text begins and ends that it was made from.
  const starts = [];
  const ends = [];
  for (const { 0: original, index } of text.matchAll(piece)) {
    const made = foldPiece(original);
    const isAlike = isPlain.test(original);
    for (let at = 0; at < made.length; at += 1) {
      starts.push(isAlike ? index + at : index);
      ends.push(isAlike ? index + at + 1 : index + original.length);
    }
    folded += made;
  }
  for (const { 0: found, index } of folded.matchAll(run)) {
    for (const { word, at, end, last, single } of splitRun(found)) {
      yield { word, start: starts[index + at], end: ends[index + end - 1], last, single };
    }
  }
}

// The words of a text, folded, in its order.
export function fold(text) {
  return Array.from(words(text), ({ word }) => word);
}

// What decides in which shard a word is: its first letter in a script written without spaces, else its first three.
export function keyOf(word) {
  return Array.from(word).slice(0, startsPaired.test(word) ? 1 : 3).join("");
}

// The number of the shard, from 0, that a word is in.
export function shardOf(word, shards) {
  let sum = 0;
  for (const char of keyOf(word)) sum = sum * 31 + char.codePointAt(0);
  return sum % shards;
}
