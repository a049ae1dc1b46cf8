"use strict";
// The codes of one truck: a ticket, a slip, or both. Pure.
const truck = (() => {
  const SEPARATORS = /[ ·.\-\u3000]/g;

  const kindOf = (text) => {
    const read = check.readText(text);
    return read ? read.kind : "";
  };

  // The texts after one more was scanned. A second slip or another ticket is the next truck's; a
  // code of no kind of ours stands alone.
  function withCode(texts, text) {
    if (texts.includes(text)) return texts;
    const kind = kindOf(text);
    const kinds = texts.map(kindOf);
    return !kind || kinds.includes(kind) || kinds.includes("") ? [text] : [...texts, text];
  }

  const isAnother = (before, after) =>
    before.some(kindOf) && !before.some((text) => after.includes(text));

  const isWhole = (texts) => texts.length === 2;

  // A plate as the decks compare them; null for none.
  const plateOf = (typed) =>
    typed.normalize("NFKC").replace(SEPARATORS, "").trim().toUpperCase() || null;

  // Which of the verdicts of words.headlines this is.
  function verdictOf(found) {
    if (!found.seen.length) return "waiting";
    if (!found.ok) return "bad";
    return found.seen.some((one) => one.slip) ? "good" : "half";
  }

  return { withCode, isAnother, isWhole, plateOf, verdictOf, kindOf };
})();
