import assert from "node:assert/strict";
import { test } from "node:test";
import "./stand_in.js";

const { placeOf } = await import("../../../static/js/e_invoice.js");

test("a button with a polygon names a place", () => {
  assert.deepEqual(placeOf({ dataset: { page: "2", polygon: "0.1,0.2,0.3,0.2,0.3,0.4,0.1,0.4" } }), {
    page: 2,
    polygon: [0.1, 0.2, 0.3, 0.2, 0.3, 0.4, 0.1, 0.4],
  });
});

test("anything else names none", () => {
  assert.equal(placeOf(null), null);
  assert.equal(placeOf({ dataset: {} }), null);
  assert.equal(placeOf({ dataset: { page: "1", polygon: "0.1,x" } }), null);
});
