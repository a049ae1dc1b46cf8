"use strict";
// Reed-Solomon correction as QR codes use it: bytes of GF(256) with 0x11d, roots from a^0 on.
// Polynomials are lists, the constant first. Euclid's way, with places known to be doubtful.
const reedSolomon = (() => {
  const POWERS = new Uint8Array(510);
  const LOGS = new Uint8Array(256);
  for (let n = 0, value = 1; n < 255; n++) {
    POWERS[n] = POWERS[n + 255] = value;
    LOGS[value] = n;
    value = (value << 1) ^ (value & 128 ? 0x11d : 0);
  }

  const times = (a, b) => (a && b ? POWERS[LOGS[a] + LOGS[b]] : 0);
  const over = (a, b) => (a ? POWERS[LOGS[a] + 255 - LOGS[b]] : 0);
  const degree = (polynomial) => {
    let at = polynomial.length - 1;
    while (at > 0 && !polynomial[at]) at--;
    return at;
  };

  function value(polynomial, x) {
    let sum = 0;
    for (let at = polynomial.length - 1; at >= 0; at--) sum = times(sum, x) ^ polynomial[at];
    return sum;
  }

  function product(left, right) {
    const out = new Array(left.length + right.length - 1).fill(0);
    left.forEach((a, n) => right.forEach((b, m) => { out[n + m] ^= times(a, b); }));
    return out;
  }

  // block: data and `ecc` check bytes. The corrected block, or null. `doubtful` are its places
  // that are taken for unknown: one of them costs half of what an error does.
  function corrected(block, ecc, doubtful = []) {
    const syndromes = syndromesOf(block, ecc);
    if (!syndromes.some(Boolean)) return block;
    const root = (place) => POWERS[block.length - 1 - place];
    const unknown = doubtful.reduce((whole, place) => product(whole, [1, root(place)]), [1]);
    const { locator, evaluator } = solved(syndromes, unknown, ecc, doubtful.length);
    if (!locator) return null;
    const out = block.slice();
    let found = 0;
    for (let place = 0; place < block.length; place++) {
      const back = over(1, root(place));
      if (value(locator, back)) continue;
      found++;
      const slope = value(derivative(locator), back);
      if (!slope) return null;
      out[place] ^= times(root(place), over(value(evaluator, back), slope));
    }
    const isWhole = found === degree(locator) && !syndromesOf(out, ecc).some(Boolean);
    return isWhole ? out : null;
  }

  function syndromesOf(block, ecc) {
    const polynomial = Array.from(block).reverse();
    return Array.from({ length: ecc }, (_, n) => value(polynomial, POWERS[n]));
  }

  function solved(syndromes, unknown, ecc, doubts) {
    let old = new Array(ecc + 1).fill(0);
    old[ecc] = 1;
    let rest = product(syndromes, unknown).slice(0, ecc);
    let [oldFactor, factor] = [[0], [1]];
    while (rest.some(Boolean) && 2 * degree(rest) >= ecc + doubts) {
      const [quotient, remainder] = divided(old, rest);
      [old, rest] = [rest, remainder];
      [oldFactor, factor] = [factor, sum(oldFactor, product(quotient, factor))];
    }
    if (!factor[0]) return {};
    const scale = (polynomial) => polynomial.map((a) => over(a, factor[0]));
    return { locator: product(scale(factor), unknown), evaluator: scale(rest) };
  }

  function divided(dividend, divisor) {
    const rest = dividend.slice();
    const last = degree(divisor);
    const quotient = new Array(Math.max(degree(dividend) - last, 0) + 1).fill(0);
    for (let at = degree(rest) - last; at >= 0; at--) {
      const share = over(rest[at + last], divisor[last]);
      quotient[at] = share;
      for (let n = 0; n <= last; n++) rest[at + n] ^= times(share, divisor[n]);
    }
    return [quotient, rest];
  }

  const sum = (left, right) =>
    Array.from({ length: Math.max(left.length, right.length) }, (_, n) => left[n] ^ right[n]);

  const derivative = (polynomial) => polynomial.slice(1).map((a, n) => (n % 2 ? 0 : a));

  return { corrected };
})();
