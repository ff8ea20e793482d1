import assert from "node:assert/strict";
import { test } from "node:test";
import { boxOf, enclosing, overlaps, padded, pointsOf, polygonOf } from "../../../static/js/viewer/geometry.js";

test("a box encloses a slanted polygon", () => {
  assert.deepEqual(boxOf([0.2, 0.1, 0.5, 0.15, 0.45, 0.3, 0.15, 0.25]), { left: 0.15, top: 0.1, right: 0.5, bottom: 0.3 });
});

test("a box and its polygon are the same place", () => {
  const box = { left: 0.1, top: 0.2, right: 0.3, bottom: 0.4 };
  assert.deepEqual(boxOf(polygonOf(box)), box);
  assert.equal(pointsOf(polygonOf(box)), "0.1,0.2 0.3,0.2 0.3,0.4 0.1,0.4 ");
});

test("several polygons have one box", () => {
  const one = polygonOf({ left: 0.1, top: 0.5, right: 0.2, bottom: 0.6 });
  const other = polygonOf({ left: 0.7, top: 0.1, right: 0.8, bottom: 0.2 });
  assert.deepEqual(enclosing([one, other]), { left: 0.1, top: 0.1, right: 0.8, bottom: 0.6 });
});

test("boxes that only touch do not overlap", () => {
  const box = { left: 0.1, top: 0.1, right: 0.2, bottom: 0.2 };
  for (const beside of [{ left: 0.2, right: 0.3 }, { left: 0, right: 0.1 }, { top: 0.2, bottom: 0.3 }, { top: 0, bottom: 0.1 }]) {
    assert.equal(overlaps(box, { ...box, ...beside }), false);
  }
  assert.equal(overlaps(box, { ...box, left: 0.19, right: 0.3 }), true);
});

test("a margin stays on the page", () => {
  assert.deepEqual(padded({ left: 0.01, top: 0.5, right: 0.99, bottom: 1 }, 0.05, 0.25), { left: 0, top: 0.25, right: 1, bottom: 1 });
});
