"use strict";
// A grid of modules laid over a picture, and pulled into place by the modules every code of that
// size has: squares, separators, timing and alignment patterns. Better is what sets dark and
// light farther apart.
const fits = (() => {
  const known = new Map();
  const middle = (pattern) => pattern + 0.5;

  const versionOf = (size) => (size - 17) / 4;
  const alignmentAt = (size) => QR_TABLES.alignment[versionOf(size)];

  // [{ x, y, sign }] with sign -1 for dark: modules that are the same in every code of a size.
  function fixedModules(size) {
    if (!known.has(size)) known.set(size, [...squares(size), ...timing(size), ...alignments(size)]);
    return known.get(size);
  }

  function squares(size) {
    const found = [];
    for (const [left, top] of [[0, 0], [size - 7, 0], [0, size - 7]]) {
      for (let y = -1; y < 8; y++) {
        for (let x = -1; x < 8; x++) {
          const [px, py] = [left + x, top + y];
          if (px < 0 || py < 0 || px >= size || py >= size) continue;
          const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3));
          found.push({ x: px, y: py, sign: ring === 2 || ring === 4 ? 1 : -1 });
        }
      }
    }
    return found;
  }

  function timing(size) {
    const found = [];
    for (let at = 8; at < size - 8; at++) {
      const sign = at % 2 ? 1 : -1;
      found.push({ x: at, y: 6, sign }, { x: 6, y: at, sign });
    }
    return found;
  }

  // The centres of the alignment patterns, none where a square stands.
  function alignmentCentres(size) {
    const places = alignmentAt(size);
    const last = size - 7;
    const isFree = ([x, y]) => !((x === 6 && (y === 6 || y === last)) || (y === 6 && x === last));
    return places.flatMap((y) => places.map((x) => [x, y])).filter(isFree);
  }

  const alignments = (size) => alignmentCentres(size).flatMap(([x, y]) => alignment(x, y));

  function alignment(cx, cy) {
    const found = [];
    for (let y = -2; y <= 2; y++) {
      for (let x = -2; x <= 2; x++) {
        const ring = Math.max(Math.abs(x), Math.abs(y));
        found.push({ x: cx + x, y: cy + y, sign: ring === 1 ? 1 : -1 });
      }
    }
    return found;
  }

  // How much lighter the light of those modules is than their dark, on the grid moved by [mx, my].
  function contrast(picture, matrix, modules, mx = 0, my = 0) {
    const [sums, counts] = [[0, 0], [0, 0]];
    for (const { x, y, sign } of modules) {
      const [px, py] = plane.place(matrix, middle(x) + mx, middle(y) + my);
      const which = sign > 0 ? 1 : 0;
      sums[which] += light.at(picture, px, py);
      counts[which]++;
    }
    return sums[1] / counts[1] - sums[0] / counts[0];
  }

  // The share of timing modules that are what they should be, each beside its two neighbours.
  function timingShare(picture, matrix, size, shift) {
    let [good, all] = [0, 0];
    for (const place of [(at) => [at, 6], (at) => [6, at]]) {
      const greys = [];
      for (let at = 6; at < size - 6; at++) {
        const [x, y] = place(at).map(middle);
        const [mx, my] = shift(x, y);
        greys.push(light.at(picture, ...plane.place(matrix, x + mx, y + my)));
      }
      for (let n = 1; n + 1 < greys.length; n++, all++) {
        const around = (greys[n - 1] + greys[n + 1]) / 2;
        good += n % 2 ? greys[n] > around : greys[n] < around;
      }
    }
    return good / all;
  }

  // The grid of a size, pulled into place from the best of several beginnings: what the outline
  // says, and a flat sheet seen from far away; the corner without a square is a guess in both.
  function laid(picture, triple, corners, size) {
    const { corner, right, below } = triple;
    const far = [right.x + below.x - corner.x, right.y + below.y - corner.y];
    const centres = [[corner.x, corner.y], [right.x, right.y], far, [below.x, below.y]];
    const begins = [plane.seen(squareOf(size, 3.5), centres)];
    if (corners) begins.push(plane.seen(squareOf(size, 0), corners));
    if (versionOf(size) >= 2) {
      begins.push(...begins.map((matrix) => heldByAlignment(picture, matrix, size)));
    }
    const score = (matrix) => contrast(picture, matrix, fixedModules(size));
    const best = begins.reduce((one, other) => (score(other) > score(one) ? other : one));
    return pulled(picture, best, size);
  }

  const squareOf = (size, inset) => {
    const [low, high] = [inset, size - inset];
    return [[low, low], [high, low], [high, high], [low, high]];
  };

  // The corner without a square is a guess; the alignment pattern near it, once found, holds it.
  function heldByAlignment(picture, matrix, size) {
    const at = size - 7;
    const [mx, my] = strongest(picture, matrix, alignment(at, at), 5, 0.5);
    const from = squareOf(size, 3.5);
    from[2] = [middle(at), middle(at)];
    const to = from.map(([x, y]) => plane.place(matrix, x, y));
    to[2] = plane.place(matrix, middle(at) + mx, middle(at) + my);
    return plane.seen(from, to);
  }

  // The shift, up to `reach` modules, under which those modules stand out best.
  function strongest(picture, matrix, modules, reach, step) {
    let best = [0, 0, contrast(picture, matrix, modules)];
    for (let my = -reach; my <= reach; my += step) {
      for (let mx = -reach; mx <= reach; mx += step) {
        const found = contrast(picture, matrix, modules, mx, my);
        if (found > best[2]) best = [mx, my, found];
      }
    }
    return best;
  }

  // Moves the four corners one after the other, by less and less, as long as it helps.
  function pulled(picture, matrix, size) {
    const from = squareOf(size, 0);
    const corners = from.map(([x, y]) => plane.place(matrix, x, y));
    const modules = fixedModules(size);
    let [best, score] = [matrix, contrast(picture, matrix, modules)];
    const unit = Math.hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]) / size;
    for (let step = unit; step > unit / 12; step /= 2) {
      for (let corner = 0; corner < 4; corner++) {
        for (const [dx, dy] of [[step, 0], [-step, 0], [0, step], [0, -step]]) {
          const moved = corners.map((point) => [...point]);
          moved[corner][0] += dx;
          moved[corner][1] += dy;
          const trial = plane.seen(from, moved);
          const found = contrast(picture, trial, modules);
          if (found <= score) continue;
          [best, score, corners[corner]] = [trial, found, moved[corner]];
        }
      }
    }
    return best;
  }

  // How far a place of a sheet that is not flat lies from where the grid puts it, in modules: what
  // the patterns with a known place say, the nearer the more.
  function bend(picture, matrix, size) {
    const held = [];
    const hold = ([x, y], modules) => {
      const [mx, my] = strongest(picture, matrix, modules, 2.5, 0.25);
      held.push({ x: middle(x), y: middle(y), mx, my });
    };
    for (const [x, y] of alignmentCentres(size)) hold([x, y], alignment(x, y));
    const all = squares(size);
    for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) {
      hold([x, y], all.filter((one) => Math.max(Math.abs(one.x - x), Math.abs(one.y - y)) < 4));
    }
    return (x, y) => {
      let [all, mx, my] = [0, 0, 0];
      for (const one of held) {
        const weight = 1 / ((one.x - x) ** 2 + (one.y - y) ** 2 + 1);
        [all, mx, my] = [all + weight, mx + weight * one.mx, my + weight * one.my];
      }
      return [mx / all, my / all];
    };
  }

  return { laid, bend, timingShare, alignmentCentres };
})();
