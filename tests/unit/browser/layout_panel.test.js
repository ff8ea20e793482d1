import "./stand_in.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { asTabs, boxesOf, gridOf, linesOf } from "../../../static/js/layout_panel.js";

const cell = (row, lastRow, column, lastColumn, text) => ({ row, last_row: lastRow, column, last_column: lastColumn, text, page: 2, box: [0.1, 0.2, 0.3, 0.4] });

/** A title over two columns, and a body row whose second place is empty. */
const table = { number: 1, rows: 3, columns: 3, header_rows: 2, cells: [cell(0, 1, 0, 0, "Year"), cell(0, 0, 1, 2, "Men\nand women"), cell(1, 1, 1, 1, "old"), cell(2, 2, 0, 0, "1999"), cell(2, 2, 2, 2, "7")] };

test("a cell over several places has its text in the first of them", () => {
  assert.deepEqual(linesOf(table), [["Year", "Men\nand women", ""], ["", "old", ""], ["1999", "", "7"]]);
});

test("lines for the clipboard have one tab between cells and no breaks inside", () => {
  assert.equal(asTabs(table), "Year\tMen and women\t\n\told\t\n1999\t\t7");
});

test("the grid tells beginnings, covered places and empty ones apart", () => {
  assert.deepEqual(gridOf(table), [[0, 1, null], [null, 2, undefined], [3, undefined, 4]]);
});

test("boxes lie on their page", () => {
  const pair = { key: "Date", value: "1 May", page: 1, key_box: [0, 0, 0.1, 0.1], value_box: [0.1, 0, 0.2, 0.1] };
  const boxes = boxesOf({ tables: [table], pairs: [pair] });
  assert.deepEqual(boxes.map(({ id, page }) => [id, page]).at(-1), ["pair-0", 1]);
  assert.deepEqual(boxes[0].polygon, [0.1, 0.2, 0.3, 0.2, 0.3, 0.4, 0.1, 0.4]);
  assert.equal(new Set(boxes.map(({ id }) => id)).size, boxes.length);
});
