/** Sums of columns and products of rows, computed while somebody types; what is saved is checked by the server. */

/** A number as a person types it, with `decimal` ("." or ",") before its fraction; null where it is not one. */
export function parseAmount(text, decimal = ".") {
  const plain = text.replace(/[^\d.,'’()+\-−–]/g, "");
  if (!/\d/.test(plain)) return null;
  const isNegative = /[-−–]|^\(.*\)$/.test(plain);
  const digits = plain.replace(/[^\d.,]/g, "");
  const mark = markOf(digits, decimal);
  const [whole, fraction = ""] = mark ? splitLast(digits, mark) : [digits];
  const number = Number(`${whole.replace(/\D/g, "") || "0"}.${fraction.replace(/\D/g, "") || "0"}`);
  return isNegative ? -number : number;
}

const splitLast = (text, mark) => [text.slice(0, text.lastIndexOf(mark)), text.slice(text.lastIndexOf(mark) + 1)];

/** The sign before the fraction. Of two signs the last one; one sign with other than three digits behind it, or none before. */
function markOf(digits, decimal) {
  const dot = digits.lastIndexOf(".");
  const comma = digits.lastIndexOf(",");
  if (dot >= 0 && comma >= 0) return dot > comma ? "." : ",";
  const mark = dot >= 0 ? "." : ",";
  const count = digits.split(mark).length - 1;
  if (count !== 1) return null;
  if (mark === decimal) return mark;
  return digits.length - digits.lastIndexOf(mark) - 1 === 3 ? null : mark;
}

/** The number of a cell or field: what is saved stands in plain notation, what is typed in the document's. */
export function numberOf({ input, saved, text }, decimal) {
  const shown = input ? input.value : text;
  const isSaved = input ? input.value === saved : true;
  if (isSaved && /^-?\d+(\.\d+)?$/.test(shown)) return Number(shown);
  return parseAmount(shown, decimal);
}

const round = (number) => Math.round(number * 1e6) / 1e6;

/**
 * What each column that is added up comes to: [{column, sum, isComplete, printed, difference, isRight, label}]. `printedOf(name)` gives the
 * number of a field. `settled`: by column, the difference that the server accepted because other printed amounts explain it.
 */
export function totalsOf(table, printedOf, settled = new Map()) {
  return table.totals.map(({ column, field, label, tolerance }) => {
    const index = table.columnNamed(column);
    const numbers = table.order.map((id) => table.rows.get(id).cells[index]).filter((cell) => (cell.input?.value ?? cell.text).trim());
    const values = numbers.map((cell) => numberOf(cell, table.decimal));
    const sum = round(values.reduce((all, value) => all + (value ?? 0), 0));
    const printed = field ? printedOf(field) : null;
    const difference = printed === null ? null : round(printed - sum);
    const isSettled = difference !== null && settled.has(column) && Math.abs(settled.get(column) - difference) < 1e-6;
    const isComplete = values.every((value) => value !== null);
    const isRight = difference === null || !numbers.length || (isComplete && (Math.abs(difference) <= tolerance + 1e-9 || isSettled));
    return { column, index, sum, isComplete, printed, difference, isRight, label };
  });
}

/** Of one row: {index, expected} for each product that its factors do not come to. */
export function wrongProducts(table, row) {
  return table.products.flatMap(({ columns, tolerance }) => {
    const cells = columns.map((name) => row.cells[table.columnNamed(name)]);
    const [first, second, product] = cells.map((cell) => numberOf(cell, table.decimal));
    if (first === null || second === null || product === null) return [];
    const expected = round(first < 0 || second < 0 ? first * second : Math.sign(product || 1) * Math.abs(first * second));
    return Math.abs(expected - product) <= tolerance + 1e-9 ? [] : [{ index: cells[2].column, expected }];
  });
}
