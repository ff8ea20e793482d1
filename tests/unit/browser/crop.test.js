import { Node } from "./stand_in.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { polygonOf } from "../../../static/js/viewer/geometry.js";
import { showCrop } from "../../../static/js/viewer/crop.js";

const PLACE = { page: 1, polygon: polygonOf({ left: 0.1, top: 0.1, right: 0.3, bottom: 0.15 }) };

function scene() {
  const [canvas, drawn] = [new Node("canvas"), []];
  canvas.getContext = () => ({ drawImage: (...values) => drawn.push(values) });
  const waiting = [];
  const load = () => new Promise((resolve) => waiting.push(resolve));
  const viewer = { pageNumbered: (number) => (number === 1 ? { id: "p1" } : null), images: { load } };
  return { canvas, drawn, viewer, arrive: (image) => waiting.shift()(image) };
}

test("the section of the image with its margin is drawn", async () => {
  const { canvas, drawn, viewer, arrive } = scene();
  const shown = showCrop(canvas, viewer, PLACE);
  arrive({ naturalWidth: 1000, naturalHeight: 1000 });
  assert.equal(await shown, true);
  const [, left, top, width, height] = drawn[0].map((value) => (typeof value === "number" ? Math.round(value) : value));
  assert.deepEqual([left, top, width, height, canvas.hidden], [85, 90, 230, 70, false]);
});

test("a value without a place, or of a page that is not here, hides the canvas", async () => {
  const { canvas, viewer } = scene();
  for (const place of [null, { page: 1, polygon: null }, { ...PLACE, page: 2 }]) {
    canvas.hidden = false;
    assert.deepEqual([await showCrop(canvas, viewer, place), canvas.hidden], [false, true]);
  }
});

test("of two calls the later one wins", async () => {
  const { canvas, drawn, viewer, arrive } = scene();
  const first = showCrop(canvas, viewer, { ...PLACE });
  const second = showCrop(canvas, viewer, PLACE);
  arrive({ naturalWidth: 10, naturalHeight: 10 });
  arrive({ naturalWidth: 1000, naturalHeight: 1000 });
  assert.deepEqual([await first, await second, drawn.length], [false, true, 1]);
});
