"use strict";
// ECDSA on P-256 with SHA-256 (FIPS 186-5), verifying only: some decks keep their key in a chip
// that knows no other curve. As everywhere here, of the two forms of s only the low one counts.
const p256 = (() => {
  const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
  const BASE = {
    x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    z: 1n,
  };
  const ZERO = { x: 0n, y: 1n, z: 0n };

  function mod(number, by = P) {
    const rest = number % by;
    return rest < 0n ? rest + by : rest;
  }

  function inverse(number, by) {
    let [old, now, oldFactor, factor] = [by, mod(number, by), 0n, 1n];
    while (now) {
      const times = old / now;
      [old, now] = [now, old - times * now];
      [oldFactor, factor] = [factor, oldFactor - times * factor];
    }
    return mod(oldFactor, by);
  }

  const isOnCurve = (x, y) => x < P && y < P && !mod(y * y - (x * x * x - 3n * x + B));

  // Jacobian coordinates: the point is (x / z², y / z³).
  function double(a) {
    const yy = mod(a.y * a.y);
    const s = mod(4n * a.x * yy);
    const zz = mod(a.z * a.z);
    const m = mod(3n * (a.x - zz) * (a.x + zz));
    const x = mod(m * m - 2n * s);
    return { x, y: mod(m * (s - x) - 8n * yy * yy), z: mod(2n * a.y * a.z) };
  }

  function add(a, b) {
    if (!a.z) return b;
    if (!b.z) return a;
    const [aa, bb] = [mod(a.z * a.z), mod(b.z * b.z)];
    const [u, v] = [mod(a.x * bb), mod(b.x * aa)];
    const [s, t] = [mod(a.y * bb * b.z), mod(b.y * aa * a.z)];
    if (u === v) return s === t ? double(a) : ZERO;
    const [h, r] = [v - u, t - s];
    const hh = mod(h * h);
    const x = mod(r * r - h * hh - 2n * u * hh);
    return { x, y: mod(r * (u * hh - x) - s * h * hh), z: mod(a.z * b.z * h) };
  }

  // n·a + m·b, bit by bit for both at once.
  function sumOfProducts(n, a, m, b) {
    const both = [null, a, b, add(a, b)];
    let sum = ZERO;
    for (let bit = 255n; bit >= 0n; bit--) {
      sum = double(sum);
      const which = Number((n >> bit) & 1n) + 2 * Number((m >> bit) & 1n);
      if (which) sum = add(sum, both[which]);
    }
    return sum;
  }

  function verify(x, y, signature, data) {
    if (signature.length !== 64) return false;
    const key = { x: bytes.toNumber(x), y: bytes.toNumber(y), z: 1n };
    const [r, s] = [signature.subarray(0, 32), signature.subarray(32)].map(bytes.toNumber);
    if (!isOnCurve(key.x, key.y) || !r || r >= ORDER || !s || s > ORDER / 2n) return false;
    const back = inverse(s, ORDER);
    const e = bytes.toNumber(hashes.sha256(data));
    const sum = sumOfProducts(mod(e * back, ORDER), BASE, mod(r * back, ORDER), key);
    if (!sum.z) return false;
    return mod(mod(sum.x * inverse(sum.z * sum.z, P)), ORDER) === r;
  }

  return { verify };
})();
