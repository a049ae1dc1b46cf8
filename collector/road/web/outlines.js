"use strict";
// The exact outline of a finder square, and of a whole code from three of them. Rays from a
// square's middle look for its outer edge; lines through what they hit give sides and corners.
const outlines = (() => {
  const RAYS = 64;
  const FEWEST_HITS = 52;
  const STEP = 0.5; // pixels
  const { hypot, atan2, PI } = Math;

  // { corners, sides: [[points]] } in the order around the middle; null where it cannot be seen.
  function ofSquare(picture, square) {
    const level = levelOf(picture, square);
    const hits = [];
    for (let ray = 0; ray < RAYS; ray++) {
      const angle = (2 * PI * ray) / RAYS;
      const hit = edgeAlong(picture, square, Math.cos(angle), Math.sin(angle), level);
      if (hit) hits.push(hit);
    }
    if (hits.length < FEWEST_HITS) return null;
    const corners = cornersOf(square, hits);
    const sides = corners && sidesOf(square, hits, corners);
    if (!sides) return null;
    const lines = sides.map(plane.lineThrough);
    const exact = lines.map((line, n) => plane.meet(lines[(n + 3) % 4], line));
    return exact.includes(null) ? null : { corners: exact, sides };
  }

  // Halfway between dark and light, along eight lines across the square.
  function levelOf(picture, { x, y, unit }) {
    let [darkest, lightest] = [0, 0];
    for (let ray = 0; ray < 8; ray++) {
      const [dx, dy] = [Math.cos((PI * ray) / 4), Math.sin((PI * ray) / 4)];
      let [low, high] = [255, 0];
      for (let reach = 0; reach < 4 * unit; reach += STEP) {
        const grey = light.at(picture, x + reach * dx, y + reach * dy);
        [low, high] = [Math.min(low, grey), Math.max(high, grey)];
      }
      darkest += low / 8;
      lightest += high / 8;
    }
    return (darkest + lightest) / 2;
  }

  // Where the ray leaves the outer ring: the third change of colour.
  function edgeAlong(picture, { x, y, unit }, dx, dy, level) {
    let [before, changes] = [light.at(picture, x, y), 0];
    for (let reach = STEP; reach < 8 * unit; reach += STEP) {
      const grey = light.at(picture, x + reach * dx, y + reach * dy);
      if (grey < level !== before < level) {
        changes++;
        if (changes === 3) {
          const exact = reach - (STEP * (grey - level)) / (grey - before);
          return [x + exact * dx, y + exact * dy];
        }
      }
      before = grey;
    }
    return null;
  }

  const farthest = (points, far) =>
    points.reduce((best, point) => (far(point) > far(best) ? point : best));

  function cornersOf({ x, y }, hits) {
    const from = ([ax, ay]) => ([px, py]) => hypot(px - ax, py - ay);
    const one = farthest(hits, from([x, y]));
    const across = farthest(hits, from(one));
    const [nx, ny] = [one[1] - across[1], across[0] - one[0]];
    const aside = ([px, py]) => (px - one[0]) * nx + (py - one[1]) * ny;
    const [left, right] = [farthest(hits, aside), farthest(hits, (point) => -aside(point))];
    if (aside(left) <= 0 || aside(right) >= 0) return null;
    const around = ([px, py]) => atan2(py - y, px - x);
    return [one, left, across, right].sort((p, q) => around(p) - around(q));
  }

  // The hits between two corners each, without those close to a corner, which is round in a blur.
  function sidesOf({ x, y }, hits, corners) {
    const around = ([px, py]) => atan2(py - y, px - x);
    const angles = corners.map(around);
    const sides = angles.map((begin, n) => {
      const turn = (angle) => (angle - begin + 2 * PI) % (2 * PI);
      const whole = turn(angles[(n + 1) % 4]);
      return hits.filter((hit) => {
        const share = turn(around(hit)) / whole;
        return share > 0.12 && share < 0.88;
      });
    });
    return sides.every((points) => points.length >= 4) ? sides : null;
  }

  // Which side a way from the middle crosses, where on it (0 to 1), and how far away.
  function crossing({ x, y, outline }, dx, dy) {
    for (let n = 0; n < 4; n++) {
      const [[ax, ay], [bx, by]] = [outline.corners[n], outline.corners[(n + 1) % 4]];
      const side = { x: ax, y: ay, dx: bx - ax, dy: by - ay };
      const at = plane.meet({ x, y, dx, dy }, side);
      if (!at || (at[0] - x) * dx + (at[1] - y) * dy < 0) continue;
      const along = (at[0] - ax) * side.dx + (at[1] - ay) * side.dy;
      const share = along / (side.dx ** 2 + side.dy ** 2);
      if (share >= 0 && share <= 1) return { n, share, far: hypot(at[0] - x, at[1] - y) };
    }
    return null;
  }

  // The four corners of a code, clockwise from the top left, from the sides of its three squares
  // that lie on its border; null where these do not meet.
  function ofCode({ corner, right, below }) {
    const across = [right.x - corner.x, right.y - corner.y];
    const down = [below.x - corner.x, below.y - corner.y];
    const line = (squares, [dx, dy], sign) => {
      const crossed = squares.map((square) => [square, crossing(square, sign * dx, sign * dy)]);
      if (crossed.some(([, met]) => !met)) return null;
      return plane.lineThrough(crossed.flatMap(([square, met]) => square.outline.sides[met.n]));
    };
    const left = line([corner, below], across, -1);
    const top = line([corner, right], down, -1);
    const [east, south] = [line([right], across, 1), line([below], down, 1)];
    const pairs = [[top, left], [top, east], [south, east], [south, left]];
    const corners = pairs.map(([one, other]) => one && other && plane.meet(one, other));
    return corners.every(Boolean) ? corners : null;
  }

  return { ofSquare, crossing, ofCode };
})();
