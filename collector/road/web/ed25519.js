"use strict";
// Ed25519 verification (RFC 8032), as strict as libsodium: the number s below the group's order,
// key and R in their one form and not of small order, and no cofactor. Nothing here is secret, so
// nothing needs to take the same time.
const ed25519 = (() => {
  const P = 2n ** 255n - 19n;
  const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
  const D = mod(-121665n * inverse(121666n));
  const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
  const ZERO = { x: 0n, y: 1n, z: 1n, t: 0n };
  const BASE = point(bytes.fromNumberLittle(mod(4n * inverse(5n)), 32));

  function mod(number) {
    const rest = number % P;
    return rest < 0n ? rest + P : rest;
  }

  function power(base, exponent) {
    let result = 1n;
    for (; exponent; exponent >>= 1n) {
      if (exponent & 1n) result = (result * base) % P;
      base = (base * base) % P;
    }
    return result;
  }

  function inverse(number) {
    return power(mod(number), P - 2n);
  }

  // The point of its 32 bytes; null where there is none, or where they are not its one form.
  function point(data) {
    const whole = bytes.toNumberLittle(data);
    const y = BigInt.asUintN(255, whole);
    if (y >= P) return null;
    const u = mod(y * y - 1n);
    const v = mod(D * y * y + 1n);
    let x = mod(u * v ** 3n * power(mod(u * v ** 7n), (P - 5n) / 8n));
    if (mod(v * x * x - u)) x = mod(x * ROOT_OF_MINUS_ONE);
    if (mod(v * x * x - u)) return null;
    if ((x & 1n) !== whole >> 255n) x = mod(-x);
    return { x, y, z: 1n, t: mod(x * y) };
  }

  function toBytes(a) {
    const back = inverse(a.z);
    const [x, y] = [mod(a.x * back), mod(a.y * back)];
    return bytes.fromNumberLittle(y | ((x & 1n) << 255n), 32);
  }

  // Extended coordinates, RFC 8032 section 5.1.4; complete, so doubling is adding.
  function add(a, b) {
    const one = mod((a.y - a.x) * (b.y - b.x));
    const two = mod((a.y + a.x) * (b.y + b.x));
    const three = mod(2n * a.t * D * b.t);
    const four = mod(2n * a.z * b.z);
    const [e, f, g, h] = [two - one, four - three, four + three, two + one];
    return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
  }

  const negative = (a) => ({ x: mod(-a.x), y: a.y, z: a.z, t: mod(-a.t) });

  // n·a + m·b, bit by bit for both at once.
  function sumOfProducts(n, a, m, b) {
    const both = [null, a, b, add(a, b)];
    let sum = ZERO;
    for (let bit = 252n; bit >= 0n; bit--) {
      sum = add(sum, sum);
      const which = Number((n >> bit) & 1n) + 2 * Number((m >> bit) & 1n);
      if (which) sum = add(sum, both[which]);
    }
    return sum;
  }

  function isSmall(a) {
    let eight = a;
    for (let times = 0; times < 3; times++) eight = add(eight, eight);
    return eight.x === 0n;
  }

  function verify(key, signature, data) {
    if (key.length !== 32 || signature.length !== 64) return false;
    const [r, s] = [signature.subarray(0, 32), bytes.toNumberLittle(signature.subarray(32))];
    const [a, committed] = [point(key), point(r)];
    if (s >= ORDER || !a || !committed || isSmall(a) || isSmall(committed)) return false;
    const h = bytes.toNumberLittle(hashes.sha512(bytes.join(r, key, data))) % ORDER;
    return bytes.equal(toBytes(sumOfProducts(s, BASE, h, negative(a))), r);
  }

  return { verify };
})();
