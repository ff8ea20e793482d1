/** Page coordinates in the browser: fractions 0..1, polygons as flat lists [x1, y1, x2, y2, …]. */

export function boxOf(polygon) {
  const xs = polygon.filter((_, index) => index % 2 === 0);
  const ys = polygon.filter((_, index) => index % 2 === 1);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

export function enclosing(polygons) {
  const boxes = polygons.map(boxOf);
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

export const polygonOf = ({ left, top, right, bottom }) => [left, top, right, top, right, bottom, left, bottom];

export const pointsOf = (polygon) => polygon.map((value, index) => (index % 2 ? `${value} ` : `${value},`)).join("");

export const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The box with a margin, for crops and zooms; stays on the page. */
export function padded(box, horizontal, vertical) {
  return {
    left: Math.max(0, box.left - horizontal),
    top: Math.max(0, box.top - vertical),
    right: Math.min(1, box.right + horizontal),
    bottom: Math.min(1, box.bottom + vertical),
  };
}
