"use strict";
// The three large squares of a QR code: a line through the middle of one, in any direction, meets
// dark, light, dark, light, dark as 1:1:3:1:1. Lines along the rows propose, others confirm.
const finders = (() => {
  const MOST = 24; // squares looked at in one picture
  const LEAST_PIXELS = 7;
  const SHARES = [1, 1, 3, 1, 1];
  const SIDEWAYS = [[0, 1], [1, 0]];
  const SLANTING = [[Math.SQRT1_2, Math.SQRT1_2], [Math.SQRT1_2, -Math.SQRT1_2]];

  // [{ x, y, unit, count }]: centre, pixels a module, and how many rows saw it; best first.
  function find(dark, width, height) {
    const view = { dark, width, height };
    const found = [];
    const step = height > 500 ? 2 : 1;
    for (let y = step; y < height; y += step) {
      for (const [x, total] of proposalsIn(view, y)) {
        const square = confirmed(view, x, y + 0.5, total);
        if (square) merge(found, square);
      }
    }
    return found.sort((left, right) => right.count - left.count).slice(0, MOST);
  }

  function* proposalsIn({ dark, width }, y) {
    const row = y * width;
    const runs = [0, 0, 0, 0, 0];
    let colour = 0;
    for (let x = 0, length = 0; x <= width; x++) {
      const next = x < width ? dark[row + x] : 1 - colour;
      if (next === colour) {
        length++;
        continue;
      }
      runs.shift();
      runs.push(length);
      if (colour && isSquare(runs, 0.55)) {
        yield [x - runs[4] - runs[3] - runs[2] / 2, sum(runs)];
      }
      [colour, length] = [next, 1];
    }
  }

  const sum = (runs) => runs[0] + runs[1] + runs[2] + runs[3] + runs[4];

  function isSquare(runs, tolerance) {
    const total = sum(runs);
    if (total < LEAST_PIXELS) return false;
    const unit = total / 7;
    const off = unit * tolerance + 0.4;
    for (let n = 0; n < 5; n++) {
      if (Math.abs(runs[n] - unit * SHARES[n]) > (n === 2 ? 2 * off : off)) return false;
    }
    return true;
  }

  // The square around a place, if lines down, across and slanting all meet one.
  function confirmed(view, x, y, total) {
    const sizes = [];
    for (const [dx, dy] of SIDEWAYS) {
      const line = crossed(view, x, y, dx, dy, total);
      if (!line || !isSquare(line.runs, 0.7)) return null;
      x += line.shift * dx;
      y += line.shift * dy;
      sizes.push(sum(line.runs));
    }
    for (const [dx, dy] of SLANTING) {
      const line = crossed(view, x, y, dx, dy, 2 * total);
      if (!line || !isSquare(line.runs, 0.9)) return null;
    }
    const [high, wide] = sizes;
    if (high > 3 * wide || wide > 3 * high) return null;
    return { x, y, unit: (high + wide) / 14, count: 1 };
  }

  // The five runs of a line through a place, and how far the place lies from their middle.
  function crossed(view, x, y, dx, dy, total) {
    const ahead = halfLine(view, x, y, dx, dy, 3 * total);
    const behind = ahead && halfLine(view, x - dx, y - dy, -dx, -dy, 3 * total);
    if (!behind) return null;
    const runs = [behind[2], behind[1], behind[0] + ahead[0], ahead[1], ahead[2]];
    return { runs, shift: (ahead[0] - behind[0]) / 2 };
  }

  // Lengths of dark, light, dark from a place on; null where they do not end in time.
  function halfLine({ dark, width, height }, x, y, dx, dy, longest) {
    const lengths = [0, 0, 0];
    let part = 0;
    for (let steps = 0; steps < longest; steps++, x += dx, y += dy) {
      const [px, py] = [Math.floor(x), Math.floor(y)];
      const isInside = px >= 0 && py >= 0 && px < width && py < height;
      const isDark = isInside ? dark[py * width + px] === 1 : part !== 2;
      if (isDark !== (part !== 1)) part++;
      if (part === 3) return lengths;
      if (!isInside) return null;
      lengths[part]++;
    }
    return null;
  }

  function merge(found, square) {
    for (const old of found) {
      const near = Math.max(old.unit, square.unit);
      const isSame = Math.abs(old.x - square.x) < 2 * near && Math.abs(old.y - square.y) < 2 * near;
      if (isSame && square.unit < 2 * old.unit && old.unit < 2 * square.unit) {
        const whole = old.count + 1;
        for (const name of ["x", "y", "unit"]) {
          old[name] = (old[name] * old.count + square[name]) / whole;
        }
        old.count = whole;
        return;
      }
    }
    found.push(square);
  }

  return { find };
})();
