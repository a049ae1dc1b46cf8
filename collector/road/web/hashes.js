"use strict";
// SHA-256 and SHA-512 (FIPS 180-4). Both are one algorithm on words of two sizes; its constants
// are the first bits behind the point of roots of primes, and are computed here, not listed.
const hashes = (() => {
  const SHA256 = {
    bits: 32n, rounds: 64,
    bigA: [2n, 13n, 22n], bigE: [6n, 11n, 25n], smallOld: [7n, 18n, 3n], smallNew: [17n, 19n, 10n],
  };
  const SHA512 = {
    bits: 64n, rounds: 80,
    bigA: [28n, 34n, 39n], bigE: [14n, 18n, 41n], smallOld: [1n, 8n, 7n], smallNew: [19n, 61n, 6n],
  };
  const PRIMES = primes(80);
  for (const kind of [SHA256, SHA512]) {
    kind.start = PRIMES.slice(0, 8).map((prime) => behindPoint(prime, 2n, kind.bits));
    kind.steps = PRIMES.slice(0, kind.rounds).map((prime) => behindPoint(prime, 3n, kind.bits));
  }

  function primes(count) {
    const found = [];
    for (let number = 2n; found.length < count; number += 1n) {
      if (found.every((prime) => number % prime)) found.push(number);
    }
    return found;
  }

  // The first bits behind the point of a root: an integer root of n * 2^(power * bits), bit by bit.
  function behindPoint(number, power, bits) {
    const wanted = number << (power * bits);
    let root = 0n;
    for (let bit = 1n << (bits + 8n); bit; bit >>= 1n) {
      if ((root + bit) ** power <= wanted) root += bit;
    }
    return BigInt.asUintN(Number(bits), root);
  }

  function hash(kind, data) {
    const size = Number(kind.bits) / 8;
    const whole = padded(data, size);
    let state = kind.start;
    for (let at = 0; at < whole.length; at += 16 * size) {
      state = mixed(kind, state, words(whole.subarray(at, at + 16 * size), size));
    }
    return bytes.join(...state.map((word) => bytes.fromNumberLittle(word, size).reverse()));
  }

  function padded(data, size) {
    const room = 2 * size + 1; // the mark and the length
    const whole = new Uint8Array(Math.ceil((data.length + room) / (16 * size)) * 16 * size);
    whole.set(data);
    whole[data.length] = 0x80;
    new DataView(whole.buffer).setUint32(whole.length - 4, data.length * 8);
    return whole;
  }

  function words(block, size) {
    const found = [];
    for (let at = 0; at < block.length; at += size) {
      found.push(bytes.toNumber(block.subarray(at, at + size)));
    }
    return found;
  }

  function mixed(kind, state, block) {
    const { bits, bigA, bigE, smallOld, smallNew } = kind;
    const width = Number(bits);
    const turn = (word, by) => (word >> by) | BigInt.asUintN(width, word << (bits - by));
    const big = (word, by) => turn(word, by[0]) ^ turn(word, by[1]) ^ turn(word, by[2]);
    const small = (word, by) => turn(word, by[0]) ^ turn(word, by[1]) ^ (word >> by[2]);
    const w = block.slice();
    for (let t = 16; t < kind.rounds; t++) {
      const sum = small(w[t - 2], smallNew) + w[t - 7] + small(w[t - 15], smallOld) + w[t - 16];
      w.push(BigInt.asUintN(width, sum));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < kind.rounds; t++) {
      const one = h + big(e, bigE) + ((e & f) ^ (~e & g)) + kind.steps[t] + w[t];
      const two = big(a, bigA) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, BigInt.asUintN(width, d + one), c, b, a,
        BigInt.asUintN(width, one + two)];
    }
    return [a, b, c, d, e, f, g, h].map((word, n) => BigInt.asUintN(width, word + state[n]));
  }

  return { sha256: (data) => hash(SHA256, data), sha512: (data) => hash(SHA512, data) };
})();
