/** Tables on the desk: what they take from the server, and what they compute while somebody types. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import "./stand_in.js";

const { TableModel } = await import("../../../static/js/desk/tables/model.js");
const { numberOf, parseAmount, totalsOf, wrongProducts } = await import("../../../static/js/desk/tables/totals.js");

const STATES = { machine: ["ok", "robot", "Read by machine"], needs: ["warn", "eye-check", "Needs a look"], empty: ["idle", "circle-minus", "Not found"] };
const COLUMNS = ["quantity", "price", "amount"].map((name) => ({ name, label: name, is_numeric: true, choices: [] }));
const cells = (row, texts) => texts.map((text, index) => ({ id: `${row}-${index}`, state: text ? "machine" : "empty", ...(text ? { text } : {}) }));
const view = (order, rows) => ({
  name: "lines",
  label: "Lines",
  decimal: ",",
  side_words: ["cr", "dr"],
  columns: COLUMNS,
  order,
  rows,
  totals: [{ column: "amount", field: "net", label: "Net", tolerance: 0.01, is_passed: true }],
  products: [{ columns: ["quantity", "price", "amount"], tolerance: 0.01 }],
  completeness: { rows: order.length, printed: null, warnings: [] },
});
const table = () => new TableModel(view(["a", "b"], { a: cells("a", ["2", "30.00", "60.00"]), b: cells("b", ["4", "10.00", "40.00"]) }), STATES);

test("amounts are read as people of the document's country write them", () => {
  const read = (texts, decimal) => texts.map((text) => parseAmount(text, decimal));
  assert.deepEqual(read(["1.234,50", "1234,5", "1.234", "12,50 €", "-3,00", "(3,00)"], ","), [1234.5, 1234.5, 1234, 12.5, -3, -3]);
  assert.deepEqual(read(["1,234.50", "1,234", "$ 12.5", "1'234.50"], "."), [1234.5, 1234, 12.5, 1234.5]);
  assert.deepEqual(read(["", "–", "none"], "."), [null, null, null]);
  assert.equal(parseAmount("12.5", ","), 12.5, "a point with one digit behind it is no group");
});

test("amounts are read as the server reads them", async () => {
  const { side_words: words, amounts } = JSON.parse(await readFile(new URL("./amounts.json", import.meta.url), "utf8"));
  assert.deepEqual(amounts.filter(([text, decimal, value]) => parseAmount(text, decimal, words) !== value).map(([text, decimal]) => [text, decimal, parseAmount(text, decimal, words)]), []);
});

test("what is saved is in plain notation, what is typed in the document's", () => {
  assert.equal(numberOf({ text: "1.234" }, { decimal: "," }), 1.234);
  assert.equal(numberOf({ input: { value: "1.234" }, saved: "7", text: "7" }, { decimal: "," }), 1234);
});

test("rows come, go and move; cells that stay are the same objects", () => {
  const model = table();
  const kept = model.rows.get("b").cells[2];
  const fresh = model.take(view(["c", "b"], { c: cells("c", ["", "", "5.00"]) }));
  assert.deepEqual(model.order, ["c", "b"]);
  assert.equal(model.rows.has("a"), false);
  assert.equal(model.rows.get("b").cells[2], kept);
  assert.deepEqual(fresh.map((cell) => [cell.id, cell.text, cell.fresh]), [["c-0", "", null], ["c-1", "", null], ["c-2", "5.00", null]]);
  assert.equal(model.nameOf(kept), "amount, row 2");
  const again = model.take(view(["b"], { b: cells("b", ["4", "10.00", "41.00"]) }));
  assert.deepEqual(again.map((cell) => cell.fresh.text), ["4", "10.00", "41.00"]);
  assert.equal(again[2], kept);
});

test("cells know that their column is required: an approval warns once before they stay empty", () => {
  const columns = COLUMNS.map((column) => ({ ...column, is_required: column.name === "amount" }));
  const model = new TableModel({ ...view(["a"], { a: cells("a", ["2", "30.00", ""]) }), columns }, STATES);
  assert.deepEqual(model.cells.filter((cell) => cell.is_required).map((cell) => cell.name), ["amount"]);
});

test("a sum is compared with its field while somebody types", () => {
  const model = table();
  const total = (printed, settled) => totalsOf(model, () => printed, settled)[0];
  assert.deepEqual([total(100).sum, total(100).isRight], [100, true]);
  assert.deepEqual([total(112.5).difference, total(112.5).isRight], [12.5, false]);
  assert.equal(total(112.5, new Map([["amount", 12.5]])).isRight, true, "the server explained this difference");
  assert.equal(total(null).isRight, true, "nothing to compare with");
  const cell = model.rows.get("b").cells[2];
  Object.assign(cell, { input: { value: "52,50" }, saved: "40.00" });
  assert.deepEqual([total(112.5).sum, total(112.5).isRight], [112.5, true]);
  cell.input.value = "much";
  assert.equal(total(60).isRight, false, "a cell that is no number proves nothing");
});

test("a product that its factors do not come to is found", () => {
  const model = table();
  assert.deepEqual(wrongProducts(model, model.rows.get("a")), []);
  model.rows.get("a").cells[2].text = "61.00";
  assert.deepEqual(wrongProducts(model, model.rows.get("a")), [{ index: 2, expected: 60 }]);
  model.rows.get("a").cells[0].text = "";
  assert.deepEqual(wrongProducts(model, model.rows.get("a")), [], "a factor is missing");
});
