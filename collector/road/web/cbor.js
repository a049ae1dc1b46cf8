"use strict";
// Deterministic CBOR (RFC 8949, section 4.2.1), strictly: one value has exactly one encoding.
// Integers, bytes, NFC text, lists, maps with rising integer or text keys, false, true, null; no
// floats, tags or indefinite lengths, nothing behind the value. Throws NotCbor.
const cbor = (() => {
  const MAX_DEPTH = 16;
  const LEAST = { 1: 24n, 2: 1n << 8n, 4: 1n << 16n, 8: 1n << 32n };
  const SIMPLE = new Map([[20, false], [21, true], [22, null]]);

  class NotCbor extends Error {}

  function fail(why) {
    throw new NotCbor(why);
  }

  // Numbers are plain where they are exact, BigInt beyond; maps are Map.
  function decode(data) {
    const source = { data, at: 0 };
    const value = item(source, 0);
    if (source.at !== data.length) fail("trailing");
    return value;
  }

  function item(source, depth) {
    const [major, argument] = head(source);
    if (major === 0) return plain(argument);
    if (major === 1) return plain(-1n - argument);
    if (major === 2) return take(source, argument);
    if (major === 3) return text(take(source, argument));
    if (major === 7) return SIMPLE.get(Number(argument));
    if (major === 6 || depth >= MAX_DEPTH) fail("tag or depth");
    if (argument > source.data.length) fail("end");
    return major === 4 ? list(source, argument, depth) : map(source, argument, depth);
  }

  function head(source) {
    const first = take(source, 1n)[0];
    const [major, info] = [first >> 5, first & 31];
    if (major === 7) return SIMPLE.has(info) ? [7, info] : fail("simple");
    if (info < 24) return [major, BigInt(info)];
    if (info > 27) fail("reserved or indefinite");
    const size = 1 << (info - 24);
    const argument = bytes.toNumber(take(source, BigInt(size)));
    if (argument < LEAST[size]) fail("not shortest");
    return [major, argument];
  }

  function take(source, length) {
    const end = BigInt(source.at) + length;
    if (end > source.data.length) fail("end");
    const part = source.data.slice(source.at, Number(end));
    source.at = Number(end);
    return part;
  }

  const plain = (number) => {
    const short = Number(number);
    return Number.isSafeInteger(short) ? short : number;
  };

  function text(data) {
    let said;
    try {
      said = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
    } catch {
      fail("utf-8");
    }
    return said.normalize("NFC") === said ? said : fail("not NFC");
  }

  function list(source, count, depth) {
    const items = [];
    for (let n = 0n; n < count; n++) items.push(item(source, depth + 1));
    return items;
  }

  function map(source, count, depth) {
    const pairs = new Map();
    let last = null;
    for (let n = 0n; n < count; n++) {
      const begin = source.at;
      const key = item(source, depth + 1);
      if (!isInteger(key) && typeof key !== "string") fail("key type");
      const encoded = source.data.subarray(begin, source.at);
      if (last && !isBefore(last, encoded)) fail("key order");
      last = encoded;
      pairs.set(key, item(source, depth + 1));
    }
    return pairs;
  }

  function isBefore(left, right) {
    const at = left.findIndex((byte, place) => byte !== right[place]);
    return at >= 0 && left[at] < right[at]; // no encoding is the beginning of another
  }

  const isInteger = (value) => typeof value === "number" || typeof value === "bigint";
  const isBytes = (value) => value instanceof Uint8Array;

  return { decode, isInteger, isBytes, NotCbor };
})();
