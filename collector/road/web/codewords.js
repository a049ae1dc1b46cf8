"use strict";
// From dark and light modules to the corrected data bytes of a QR code: format, mask, the zigzag
// through the code, blocks. Tables of versions stand in QR_TABLES.
const codewords = (() => {
  const FORMAT_MASK = 0x5412;
  const FORMAT_DIVISOR = 0x537;
  const FEWEST_CHECK_BYTES = 16; // of a block, for some of them to be spent on doubtful places
  const MOST_FORMAT_ERRORS = 3; // what its BCH code corrects
  const FORMATS = Array.from({ length: 32 }, (_, data) =>
    (data << 10 | checkOf(data)) ^ FORMAT_MASK);
  // Where the first copy stands, from its highest bit on; timing lies between.
  const AROUND_CORNER = [0, 1, 2, 3, 4, 5, 7].map((x) => [x, 8])
    .concat([8, 7, 5, 4, 3, 2, 1, 0].map((y) => [8, y]));
  const MASKS = [
    (x, y) => (x + y) % 2 === 0,
    (x, y) => y % 2 === 0,
    (x) => x % 3 === 0,
    (x, y) => (x + y) % 3 === 0,
    (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
    (x, y) => (x * y) % 2 + (x * y) % 3 === 0,
    (x, y) => ((x * y) % 2 + (x * y) % 3) % 2 === 0,
    (x, y) => ((x + y) % 2 + (x * y) % 3) % 2 === 0,
  ];
  const reserved = new Map();

  function checkOf(data) {
    let rest = data << 10;
    for (let bit = 14; bit >= 10; bit--) if (rest >> bit & 1) rest ^= FORMAT_DIVISOR << (bit - 10);
    return rest;
  }

  // The data bytes of the modules; null where they cannot be corrected.
  function read({ dark, sure }, size) {
    const format = formatOf(dark, size);
    if (format === null) return null;
    const version = (size - 17) / 4;
    const groups = QR_TABLES.blocks[version][format >> 3];
    const total = groups.reduce((sum, [count, all]) => sum + count * all, 0);
    const { words, trust } = wordsOf(dark, sure, size, MASKS[format & 7], total);
    const data = [];
    for (const { places, length } of blocksOf(groups)) {
      const block = correctedBlock(places, length, words, trust);
      if (!block) return null;
      data.push(...block.slice(0, length));
    }
    return data;
  }

  // Level and mask, five bits, by the nearer of the two copies; null where both are torn.
  function formatOf(dark, size) {
    const number = (places) => places.reduce((sum, [x, y]) => sum << 1 | dark[y * size + x], 0);
    const first = number(AROUND_CORNER);
    const second = number(AROUND_CORNER.map(([x, y], n) =>
      n < 7 ? [8, size - 1 - n] : [size - 15 + n, 8]));
    const off = FORMATS.map((word) => [ones(word ^ first), ones(word ^ second)]);
    const nearest = off.map(([one, other]) => Math.min(one, other) * 16 + Math.max(one, other));
    const best = nearest.indexOf(Math.min(...nearest));
    return Math.min(...off[best]) <= MOST_FORMAT_ERRORS ? best : null;
  }

  function ones(number) {
    let count = 0;
    for (; number; number &= number - 1) count++;
    return count;
  }

  // Modules that hold no data.
  function reservedOf(size) {
    if (reserved.has(size)) return reserved.get(size);
    const map = new Uint8Array(size * size);
    const fill = (left, top, wide, high) => {
      for (let y = top; y < top + high; y++) map.fill(1, y * size + left, y * size + left + wide);
    };
    fill(0, 0, 9, 9);
    fill(size - 8, 0, 8, 9);
    fill(0, size - 8, 9, 8);
    fill(6, 0, 1, size);
    fill(0, 6, size, 1);
    for (const [x, y] of fits.alignmentCentres(size)) fill(x - 2, y - 2, 5, 5);
    if (size >= 45) {
      fill(size - 11, 0, 3, 6);
      fill(0, size - 11, 6, 3);
    }
    reserved.set(size, map);
    return map;
  }

  // All bytes in the order of the zigzag, and how sure the least sure module of each is.
  function wordsOf(dark, sure, size, mask, total) {
    const map = reservedOf(size);
    const [words, trust] = [new Uint8Array(total), new Float32Array(total).fill(1)];
    let at = 0;
    for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
      if (right === 6) right = 5;
      for (let row = 0; row < size; row++) {
        const y = up ? size - 1 - row : row;
        for (const x of [right, right - 1]) {
          const module = y * size + x;
          if (map[module] || at >= 8 * total) continue;
          const bit = dark[module] ^ (mask(x, y) ? 1 : 0);
          words[at >> 3] |= bit << (7 - (at & 7));
          trust[at >> 3] = Math.min(trust[at >> 3], sure[module]);
          at++;
        }
      }
    }
    return { words, trust };
  }

  // Where the bytes of each block stand among all: data of all blocks in turn, then check bytes.
  function blocksOf(groups) {
    const blocks = groups.flatMap(([count, all, data]) =>
      Array.from({ length: count }, () => ({ places: [], length: data, all })));
    let next = 0;
    const deal = (countOf) => {
      const most = Math.max(...blocks.map(countOf));
      for (let n = 0; n < most; n++) {
        for (const block of blocks) if (n < countOf(block)) block.places.push(next++);
      }
    };
    deal((block) => block.length);
    deal((block) => block.all - block.length);
    return blocks;
  }

  // As it stands; else with its least sure bytes taken for unknown, more of them each time, but
  // never so many that what is left to check with could agree by chance.
  function correctedBlock(places, length, words, trust) {
    const block = places.map((place) => words[place]);
    const ecc = block.length - length;
    const unsure = places.map((_, n) => n).sort((a, b) => trust[places[a]] - trust[places[b]]);
    for (const share of ecc < FEWEST_CHECK_BYTES ? [0] : [0, 0.3, 0.5]) {
      const found = reedSolomon.corrected(block, ecc, unsure.slice(0, Math.floor(ecc * share)));
      if (found) return found;
    }
    return null;
  }

  return { read };
})();
