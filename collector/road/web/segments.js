"use strict";
// The text in a QR code's data bytes: numbers, the 45 characters of base45, and bytes. Anything
// else (kanji, parts of a larger text) is none of ours and gives null.
const segments = (() => {
  const [END, DIGITS, SIGNS, BYTES, CHARACTER_SET] = [0, 1, 2, 4, 7];
  const LENGTH_BITS = { [DIGITS]: [10, 12], [SIGNS]: [9, 11], [BYTES]: [8, 16] };
  const LONG_FROM = 10; // the version from which lengths are longer

  function read(data, version) {
    const bits = { data, at: 0 };
    let text = "";
    while (8 * data.length - bits.at >= 4) {
      const mode = take(bits, 4);
      if (mode === END) break;
      if (mode === CHARACTER_SET) {
        if (!skipCharacterSet(bits)) return null;
        continue;
      }
      if (!LENGTH_BITS[mode]) return null;
      const length = take(bits, LENGTH_BITS[mode][version < LONG_FROM ? 0 : 1]);
      const part = length === null ? null : READERS[mode](bits, length);
      if (part === null) return null;
      text += part;
    }
    return text || null;
  }

  function take(bits, count) {
    if (bits.at + count > 8 * bits.data.length) return null;
    let number = 0;
    for (let n = 0; n < count; n++, bits.at++) {
      number = number << 1 | (bits.data[bits.at >> 3] >> (7 - (bits.at & 7)) & 1);
    }
    return number;
  }

  // Which character set the bytes are in; they are tried as UTF-8 whatever it says.
  function skipCharacterSet(bits) {
    const first = take(bits, 8);
    if (first === null) return false;
    if (first < 128) return true;
    return take(bits, first < 192 ? 8 : 16) !== null;
  }

  // Groups of characters packed into numbers: [characters, bits] of whole and shorter groups.
  function packed(bits, length, sizes, alphabet) {
    let text = "";
    while (length > 0) {
      const count = Math.min(length, sizes.length);
      let number = take(bits, sizes[count - 1]);
      if (number === null || number >= alphabet.length ** count) return null;
      let group = "";
      for (let n = 0; n < count; n++) {
        group = alphabet[number % alphabet.length] + group;
        number = Math.floor(number / alphabet.length);
      }
      text += group;
      length -= count;
    }
    return text;
  }

  function bytesText(bits, length) {
    const found = new Uint8Array(length);
    for (let n = 0; n < length; n++) {
      const byte = take(bits, 8);
      if (byte === null) return null;
      found[n] = byte;
    }
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(found);
    } catch {
      return String.fromCharCode(...found);
    }
  }

  const READERS = {
    [DIGITS]: (bits, length) => packed(bits, length, [4, 7, 10], "0123456789"),
    [SIGNS]: (bits, length) => packed(bits, length, [6, 11], base45.ALPHABET),
    [BYTES]: bytesText,
  };

  return { read };
})();
