"use strict";
// The modules of a code whose place is known: their greys, and from these what is dark. A module
// is judged beside its neighbours, so light that changes across a code does not matter.
const grids = (() => {
  const AROUND = 4; // modules
  const SPOTS = [[0, 0], [0.22, 0.22], [-0.22, 0.22], [0.22, -0.22], [-0.22, -0.22]];

  // The mean grey of each module, row by row. `shift` moves a place on a sheet that is not flat.
  function greys(picture, matrix, size, shift) {
    const out = new Float32Array(size * size);
    for (let y = 0, at = 0; y < size; y++) {
      for (let x = 0; x < size; x++, at++) {
        const [mx, my] = shift(x + 0.5, y + 0.5);
        for (const [dx, dy] of SPOTS) {
          const place = plane.place(matrix, x + 0.5 + mx + dx, y + 0.5 + my + dy);
          out[at] += light.at(picture, ...place) / SPOTS.length;
        }
      }
    }
    return out;
  }

  // What a blur has spread over the neighbours, taken back by so much.
  function sharpened(greys, size, amount) {
    return greys.map((grey, at) => {
      const [x, y] = [at % size, Math.floor(at / size)];
      const left = greys[x ? at - 1 : at];
      const right = greys[x + 1 < size ? at + 1 : at];
      const up = greys[y ? at - size : at];
      const down = greys[y + 1 < size ? at + size : at];
      return grey + amount * (grey - (left + right + up + down) / 4);
    });
  }

  // { dark, sure }: 1 for dark modules, and how far each lies from the middle between its
  // surroundings' dark and light.
  function judged(greys, size) {
    const dark = new Uint8Array(size * size);
    const sure = new Float32Array(size * size);
    for (let y = 0, at = 0; y < size; y++) {
      for (let x = 0; x < size; x++, at++) {
        const [low, high] = levels(greys, size, x, y);
        const middle = (low + high) / 2;
        dark[at] = greys[at] < middle ? 1 : 0;
        sure[at] = Math.abs(greys[at] - middle) / (high - low + 1);
      }
    }
    return { dark, sure };
  }

  // The mean of the darker and of the lighter modules around one.
  function levels(greys, size, x, y) {
    const [left, right] = [Math.max(x - AROUND, 0), Math.min(x + AROUND, size - 1)];
    const [top, bottom] = [Math.max(y - AROUND, 0), Math.min(y + AROUND, size - 1)];
    let whole = 0;
    for (let row = top; row <= bottom; row++) {
      for (let at = row * size + left; at <= row * size + right; at++) whole += greys[at];
    }
    const mean = whole / ((right - left + 1) * (bottom - top + 1));
    let [low, lows, high, highs] = [0, 0, 0, 0];
    for (let row = top; row <= bottom; row++) {
      for (let at = row * size + left; at <= row * size + right; at++) {
        if (greys[at] < mean) [low, lows] = [low + greys[at], lows + 1];
        else [high, highs] = [high + greys[at], highs + 1];
      }
    }
    return [lows ? low / lows : mean, high / highs];
  }

  // As seen in a mirror: rows become columns.
  function mirrored({ dark, sure }, size) {
    const turned = (values) =>
      values.map((_, at) => values[(at % size) * size + Math.floor(at / size)]);
    return { dark: turned(dark), sure: turned(sure) };
  }

  return { greys, sharpened, judged, mirrored };
})();
