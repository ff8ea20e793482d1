import assert from "node:assert/strict";
import { test } from "node:test";
import { Layout } from "../../../static/js/arrange/layout.js";

const PAGES = [1, 2, 3, 4, 5].map((number) => ({ number }));

/** Pages 1–2 are an invoice, 3–4 of unknown type, 5 is an approved receipt. */
const stack = () =>
  new Layout({
    pages: PAGES,
    sub_documents: [
      { first_page: 1, last_page: 2, schema_id: "invoice", is_movable: true },
      { first_page: 3, last_page: 4, schema_id: null, is_movable: true },
      { first_page: 5, last_page: 5, schema_id: "receipt", is_movable: false },
    ],
  });

const pagesOf = (layout) => layout.wanted.map(({ first, last }) => [first, last]);

test("as it is, nothing changes", () => {
  const layout = stack();
  assert.deepEqual(layout.changed, []);
  assert.deepEqual(layout.request.sub_documents, [{ first_page: 1, last_page: 2 }, { first_page: 3, last_page: 4 }, { first_page: 5, last_page: 5 }]);
  assert.deepEqual(layout.request.seen, [1, 3, 5]);
});

test("a cut divides and joins", () => {
  const layout = stack();
  assert.equal(layout.toggle(2), true);
  assert.deepEqual(pagesOf(layout), [[1, 1], [2, 2], [3, 4], [5, 5]]);
  layout.toggle(2);
  layout.toggle(3);
  assert.deepEqual(pagesOf(layout), [[1, 4], [5, 5]]);
  assert.equal(layout.wanted[0].type, "invoice");
});

test("no cut changes at the first page or beside what is approved", () => {
  const layout = stack();
  assert.deepEqual([layout.toggle(1), layout.toggle(5), layout.toggle(6)], [false, false, false]);
  assert.deepEqual(pagesOf(layout), [[1, 2], [3, 4], [5, 5]]);
});

test("a moved cut keeps the types on both sides", () => {
  const layout = stack();
  assert.equal(layout.move(3, 2), true);
  assert.deepEqual(layout.wanted.map(({ first, last, type }) => [first, last, type]), [[1, 1, "invoice"], [2, 4, null], [5, 5, "receipt"]]);
  assert.equal(layout.move(2, 5), false);
});

test("a chosen type is asked for, and reset takes all of it back", () => {
  const layout = stack();
  layout.setType(3, "contract");
  assert.deepEqual(layout.changed.map(({ first, type }) => [first, type]), [[3, "contract"]]);
  assert.deepEqual(layout.request.sub_documents[1], { first_page: 3, last_page: 4, schema_id: "contract" });
  layout.reset();
  assert.deepEqual(layout.changed, []);
});
