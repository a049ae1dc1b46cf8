"use strict";
// A picture as greys, { data, width, height }: how dark it is somewhere, and what is dark beside
// its surroundings. Every picture is at most LARGEST pixels on its longer side.
const light = (() => {
  const BELOW = 3; // grey levels under the mean around it: what is dark, and not only noise

  // Of RGBA pixels, as a canvas gives them.
  function fromPixels({ data, width, height }) {
    const greys = new Uint8Array(width * height);
    for (let at = 0, from = 0; at < greys.length; at++, from += 4) {
      greys[at] = (77 * data[from] + 150 * data[from + 1] + 29 * data[from + 2]) >> 8;
    }
    return { data: greys, width, height };
  }

  // Half as wide and high.
  function halved({ data, width, height }) {
    const [w, h] = [width >> 1, height >> 1];
    const greys = new Uint8Array(w * h);
    for (let y = 0, to = 0; y < h; y++) {
      for (let x = 0, from = 2 * y * width; x < w; x++, from += 2, to++) {
        const pair = data[from] + data[from + 1];
        greys[to] = (pair + data[from + width] + data[from + width + 1] + 2) >> 2;
      }
    }
    return { data: greys, width: w, height: h };
  }

  // 1 where a pixel is darker than the mean of the square of that radius around it.
  function darkOf({ data, width, height }, radius) {
    const sums = sumsOf(data, width, height);
    const dark = new Uint8Array(width * height);
    for (let y = 0, at = 0; y < height; y++) {
      const [top, bottom] = [Math.max(y - radius, 0), Math.min(y + radius + 1, height)];
      const [above, below] = [top * (width + 1), bottom * (width + 1)];
      for (let x = 0; x < width; x++, at++) {
        const left = x > radius ? x - radius : 0;
        const right = x + radius < width ? x + radius + 1 : width;
        const sum = sums[below + right] - sums[below + left] - sums[above + right]
          + sums[above + left];
        if ((data[at] + BELOW) * (bottom - top) * (right - left) < sum) dark[at] = 1;
      }
    }
    return dark;
  }

  // Sums of all pixels above and to the left; one row and column more than the picture.
  function sumsOf(data, width, height) {
    const sums = new Uint32Array((width + 1) * (height + 1));
    for (let y = 0, from = 0; y < height; y++) {
      let at = (y + 1) * (width + 1) + 1;
      for (let x = 0, sum = 0; x < width; x++, from++, at++) {
        sum += data[from];
        sums[at] = sums[at - width - 1] + sum;
      }
    }
    return sums;
  }

  // The grey at a place between pixels; places outside are those of the border.
  function at({ data, width, height }, x, y) {
    const px = Math.min(Math.max(x - 0.5, 0), width - 1.001);
    const py = Math.min(Math.max(y - 0.5, 0), height - 1.001);
    const [left, top] = [Math.floor(px), Math.floor(py)];
    const [right, down] = [px - left, py - top];
    const from = top * width + left;
    const upper = data[from] + (data[from + 1] - data[from]) * right;
    const lower = data[from + width] + (data[from + width + 1] - data[from + width]) * right;
    return upper + (lower - upper) * down;
  }

  return { fromPixels, halved, darkOf, at };
})();
