"use strict";
// Flat things seen at a slant: lines, where they meet, and the plane's picture (a homography) from
// four of its points. Points are [x, y].
const plane = (() => {
  // The line nearest to all the points: { x, y, dx, dy }, a point and a direction of length 1.
  function lineThrough(points) {
    const x = points.reduce((sum, point) => sum + point[0], 0) / points.length;
    const y = points.reduce((sum, point) => sum + point[1], 0) / points.length;
    let [xx, xy, yy] = [0, 0, 0];
    for (const [px, py] of points) {
      xx += (px - x) ** 2;
      xy += (px - x) * (py - y);
      yy += (py - y) ** 2;
    }
    const angle = Math.atan2(2 * xy, xx - yy) / 2;
    return { x, y, dx: Math.cos(angle), dy: Math.sin(angle) };
  }

  // Where two lines meet; null for parallels.
  function meet(one, other) {
    const across = one.dx * other.dy - one.dy * other.dx;
    if (Math.abs(across) < 1e-6) return null;
    const along = ((other.x - one.x) * other.dy - (other.y - one.y) * other.dx) / across;
    return [one.x + along * one.dx, one.y + along * one.dy];
  }

  // The matrix, row by row, that takes the four points of `from` to those of `to`.
  function seen(from, to) {
    return product(ofSquare(to), adjugate(ofSquare(from)));
  }

  // Of the unit square's corners (0,0) (1,0) (1,1) (0,1) to four points.
  function ofSquare([a, b, c, d]) {
    const [sx, sy] = [a[0] - b[0] + c[0] - d[0], a[1] - b[1] + c[1] - d[1]];
    const [ux, uy, vx, vy] = [b[0] - c[0], b[1] - c[1], d[0] - c[0], d[1] - c[1]];
    const whole = ux * vy - vx * uy;
    const g = (sx * vy - vx * sy) / whole;
    const h = (ux * sy - sx * uy) / whole;
    return [
      b[0] - a[0] + g * b[0], d[0] - a[0] + h * d[0], a[0],
      b[1] - a[1] + g * b[1], d[1] - a[1] + h * d[1], a[1],
      g, h, 1,
    ];
  }

  function adjugate([a, b, c, d, e, f, g, h, i]) {
    return [
      e * i - f * h, c * h - b * i, b * f - c * e,
      f * g - d * i, a * i - c * g, c * d - a * f,
      d * h - e * g, b * g - a * h, a * e - b * d,
    ];
  }

  function product(m, n) {
    const out = [];
    for (let row = 0; row < 9; row += 3) {
      for (let column = 0; column < 3; column++) {
        out.push(m[row] * n[column] + m[row + 1] * n[column + 3] + m[row + 2] * n[column + 6]);
      }
    }
    return out;
  }

  function place(m, x, y) {
    const depth = m[6] * x + m[7] * y + m[8];
    return [(m[0] * x + m[1] * y + m[2]) / depth, (m[3] * x + m[4] * y + m[5]) / depth];
  }

  return { lineThrough, meet, seen, place };
})();
