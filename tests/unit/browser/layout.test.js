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

test("a page moves past its neighbour, and over a cut before it passes it", () => {
  const layout = stack();
  assert.equal(layout.stepPage(1, 1), true);
  assert.deepEqual(layout.order, [2, 1, 3, 4, 5]);
  assert.deepEqual(layout.wanted.map(({ pages }) => pages), [[2, 1], [3, 4], [5]]);
  layout.stepPage(1, 1);
  assert.deepEqual(layout.wanted.map(({ pages, type }) => [pages, type]), [[[2], "invoice"], [[1, 3, 4], null], [[5], "receipt"]]);
  layout.stepPage(1, 1);
  assert.deepEqual(layout.wanted.map(({ pages }) => pages), [[2], [3, 1, 4], [5]]);
  layout.stepPage(1, -1);
  layout.stepPage(1, -1);
  assert.deepEqual(layout.wanted.map(({ pages }) => pages), [[2, 1], [3, 4], [5]]);
  assert.equal(layout.stepPage(2, -1), false);
});

test("a page dropped on another joins that one's sub-document", () => {
  const layout = stack();
  assert.equal(layout.movePage(4, 1), true);
  assert.deepEqual(layout.wanted.map(({ head, pages, first, last, type }) => [head, pages, first, last, type]), [[4, [4, 1, 2], 1, 3, "invoice"], [3, [3], 4, 4, null], [5, [5], 5, 5, "receipt"]]);
  assert.equal(layout.wanted[2].now.first_page, 5);
  assert.deepEqual(layout.request.pages.map(({ number }) => number), [4, 1, 2, 3, 5]);
  layout.reset();
  assert.equal(layout.movePage(2, 4, true), true);
  assert.deepEqual(pagesOf(layout), [[1, 1], [2, 4], [5, 5]]);
});

test("no page moves into what is approved, nor over it", () => {
  const layout = stack();
  assert.deepEqual([layout.movePage(1, 5), layout.movePage(5, 1), layout.stepPage(4, 1), layout.turn(5, 1), layout.setAside(5)], [false, false, false, false, false]);
  assert.equal(layout.hasPageChanges, false);
});

test("only what holds a turned or removed page changes", () => {
  const layout = stack();
  layout.turn(3, -1);
  assert.deepEqual(layout.changed.map(({ first }) => first), [3]);
  assert.equal(layout.request.pages[2].turn, 3);
  layout.turn(3, 1);
  assert.deepEqual([layout.changed, layout.request.pages], [[], undefined]);
  layout.setAside(2);
  assert.deepEqual(layout.changed.map(({ first }) => first), [1]);
  assert.equal(layout.request.pages[1].is_set_aside, true);
  layout.setAside(2);
  assert.deepEqual(layout.changed, []);
});
