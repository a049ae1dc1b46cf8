"use strict";
// QR codes in a picture, versions 1 to 25. `read` gives the texts; it stops looking when its time
// is over.
const qr = (() => {
  const [SMALLEST, LARGEST] = [21, 117]; // modules
  const LEAST_TIMING = 0.75;
  const NEAR_SIZES = [0, 4, -4];
  const FLAT = () => [0, 0]; // how far places of a flat sheet are moved
  const SHARPER = [0, 0.6];
  const RADII = [16, 48]; // of the shorter side: one such part is the surroundings of a pixel

  function read(picture, ms = 1000) {
    const until = performance.now() + ms;
    const found = new Set();
    for (const view of viewsOf(picture)) {
      for (const text of readView(view, until)) found.add(text);
      if (found.size || performance.now() > until) break;
    }
    return [...found];
  }

  // The picture as it is, then smaller, which takes noise away, then with closer surroundings.
  function* viewsOf(picture) {
    const isLarge = Math.min(picture.width, picture.height) >= 480;
    const small = isLarge ? light.halved(picture) : null;
    for (const radius of RADII) {
      yield { picture, radius };
      if (small) yield { picture: small, radius };
    }
  }

  function* readView({ picture, radius }, until) {
    const { width, height } = picture;
    const around = Math.max(Math.round(Math.min(width, height) / radius), 10);
    const squares = finders.find(light.darkOf(picture, around), width, height);
    for (const square of squares) square.outline = outlines.ofSquare(picture, square);
    const used = new Set();
    for (const triple of triples.find(squares.filter((square) => square.outline))) {
      const three = [triple.corner, triple.right, triple.below];
      if (three.some((square) => used.has(square)) || performance.now() > until) continue;
      const text = readCode(picture, triple);
      if (text === null) continue;
      three.forEach((square) => used.add(square));
      yield text;
    }
  }

  function readCode(picture, triple) {
    const corners = outlines.ofCode(triple);
    const nearest = 4 * Math.round((triple.modules + 7 - 17) / 4) + 17;
    for (const off of NEAR_SIZES) {
      const size = nearest + off;
      if (size < SMALLEST || size > LARGEST) continue;
      const matrix = fits.laid(picture, triple, corners, size);
      for (const shiftOf of [() => FLAT, () => fits.bend(picture, matrix, size)]) {
        const shift = shiftOf();
        if (fits.timingShare(picture, matrix, size, shift) < LEAST_TIMING) continue;
        const text = readGrid(picture, matrix, size, shift);
        if (text !== null) return text;
      }
    }
    return null;
  }

  // As seen, then sharpened; straight, then as in a mirror.
  function readGrid(picture, matrix, size, shift) {
    const greys = grids.greys(picture, matrix, size, shift);
    for (const amount of SHARPER) {
      const modules = grids.judged(grids.sharpened(greys, size, amount), size);
      const text = readModules(modules, size) || readModules(grids.mirrored(modules, size), size);
      if (text) return text;
    }
    return null;
  }

  function readModules(modules, size) {
    const data = codewords.read(modules, size);
    return data && segments.read(data, (size - 17) / 4);
  }

  return { read };
})();
