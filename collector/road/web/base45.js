"use strict";
// Base45 (RFC 9285), strict: the bytes of a text, null for anything that is none.
const base45 = (() => {
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const VALUES = new Map(Array.from(ALPHABET, (sign, value) => [sign, value]));

  function decode(text) {
    const out = [];
    for (let at = 0; at < text.length; at += 3) {
      const values = Array.from(text.slice(at, at + 3), (sign) => VALUES.get(sign));
      if (values.length === 1 || values.includes(undefined)) return null;
      const number = values.reduceRight((sum, value) => sum * 45 + value, 0);
      if (number >= 256 ** (values.length - 1)) return null;
      if (values.length === 3) out.push(number >> 8);
      out.push(number & 255);
    }
    return Uint8Array.from(out);
  }

  return { ALPHABET, decode };
})();
