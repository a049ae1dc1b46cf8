"use strict";
// Which three of the squares in a picture belong to one code: each sees the next straight ahead of
// one of its sides, and both arms have the same number of modules.
const triples = (() => {
  const MOST = 12;
  const SLACK = 0.27; // how far from the middle of a side the way to the neighbour may cross it
  const [FEWEST_MODULES, MOST_MODULES] = [11, 120]; // between two centres

  // [{ corner, right, below, modules }], likeliest first; `right` is clockwise before `below`.
  function find(squares) {
    const arms = new Map(squares.map((square) => [square, armsOf(square, squares)]));
    const found = [];
    for (const corner of squares) {
      const some = arms.get(corner);
      for (let n = 0; n < some.length; n++) {
        for (const second of some.slice(n + 1)) {
          const triple = joined(corner, some[n], second);
          if (triple) found.push(triple);
        }
      }
    }
    return found.sort((one, other) => one.doubt - other.doubt).slice(0, MOST);
  }

  // The other squares that lie straight ahead of a side, and whose side faces back.
  function armsOf(square, squares) {
    const found = [];
    for (const other of squares) {
      if (other === square) continue;
      const [dx, dy] = [other.x - square.x, other.y - square.y];
      const [away, back] = [outlines.crossing(square, dx, dy), outlines.crossing(other, -dx, -dy)];
      if (!away || !back) continue;
      const slant = Math.max(Math.abs(away.share - 0.5), Math.abs(back.share - 0.5));
      // Seen at a slant modules shrink; the geometric mean of both ends counts them exactly.
      const modules = (3.5 * Math.hypot(dx, dy)) / Math.sqrt(away.far * back.far);
      if (slant > SLACK || modules < FEWEST_MODULES || modules > MOST_MODULES) continue;
      found.push({ other, dx, dy, side: away.n, slant, modules });
    }
    return found;
  }

  function joined(corner, one, two) {
    if ((one.side + two.side) % 2 === 0) return null;
    const difference = Math.abs(one.modules - two.modules) / (one.modules + two.modules);
    if (difference > 0.15) return null;
    const isClockwise = one.dx * two.dy - one.dy * two.dx > 0;
    const [right, below] = isClockwise ? [one.other, two.other] : [two.other, one.other];
    const doubt = difference + (one.slant + two.slant) / 4;
    return { corner, right, below, modules: (one.modules + two.modules) / 2, doubt };
  }

  return { find };
})();
