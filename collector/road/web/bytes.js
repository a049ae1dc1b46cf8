"use strict";
// Byte arrays: hexadecimal, numbers, text, joining and comparing.
const bytes = (() => {
  const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const toHex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const fromAscii = (text) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

  const toNumber = (data) => BigInt("0x" + (toHex(data) || "0")); // the first byte is the highest
  const toNumberLittle = (data) => toNumber(Uint8Array.from(data).reverse());
  const fromNumberLittle = (number, size) =>
    fromHex(number.toString(16).padStart(2 * size, "0")).reverse();

  function join(...parts) {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  const equal = (left, right) =>
    left.length === right.length && left.every((byte, at) => byte === right[at]);

  return { fromHex, toHex, fromAscii, toNumber, toNumberLittle, fromNumberLittle, join, equal };
})();
