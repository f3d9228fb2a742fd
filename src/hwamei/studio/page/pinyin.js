// Pinyin as people write it: hao3 → hǎo.

const MARKED = { a: "āáǎà", e: "ēéěè", i: "īíǐì", o: "ōóǒò", u: "ūúǔù", ü: "ǖǘǚǜ" };

/** One syllable with its tone mark; what is none stays as it is. */
export function withTone(syllable) {
  const found = /^([a-zü:]+)([1-5])$/.exec(syllable);
  if (!found) return syllable;
  const letters = found[1].replace("u:", "ü").replace("v", "ü");
  const tone = Number(found[2]);
  const place = vowel(letters);
  if (tone === 5 || place < 0) return letters;
  return letters.slice(0, place) + MARKED[letters[place]][tone - 1] + letters.slice(place + 1);
}

/** The letter that carries the mark: a or e, the o of ou, else the last vowel. */
function vowel(letters) {
  for (const first of ["a", "e"]) if (letters.includes(first)) return letters.indexOf(first);
  if (letters.includes("ou")) return letters.indexOf("o");
  return Math.max(...[..."iouü"].map((each) => letters.lastIndexOf(each)));
}
