/** Sums of columns and products of rows, computed while somebody types; what is saved is checked by the server. */

// The grammar of `documents/domain/numbers.py`, in its names: `tests/unit/browser/amounts.json` is tested against both.
const MARKS = { "٫": ".", "．": ".", "。": ".", "٬": ",", "，": ",", "、": ",", "＋": "+", "（": "(", "）": ")" };
const ONE_NUMBER = /(?:(?<!\d)(?<!\d )[.,])?\d(?:[\d.,' ]*\d)?/g;
const SPACES = /^\d{1,3}(?: \d{3})+(?:[.,]\d{1,4})?$/;
const SPLIT_DECIMALS = /(?<=[.,]) (?=\d)|(?<=[.,]\d) (?=\d(?!\d))|(?<=\d) (?=[.,]\d)/g;
const GROUPS = /^(?:\d{1,3}(?:[.,]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})$/;
const NO_CENTS = "[.,]-{1,2}(?!\\d)|/[-=](?!\\d)"; // "25,-", "2,500/-"
const SIGN = "(?:\\p{L}{1,3}\\.?|\\p{L}{0,2}\\p{Sc})"; // of a currency

/** Digits, marks, dashes and spaces of every script as ASCII; digits of a script stand in tens, from nought. */
function asAscii(text) {
  const plain = text.replace(/(?!\d)\p{Nd}/gu, (digit) => {
    let zero = digit.codePointAt(0);
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return String((digit.codePointAt(0) - zero) % 10);
  });
  const marks = plain.replace(/[٫．。٬，、＋（）]/g, (mark) => MARKS[mark]);
  return marks.replace(/[−–—‒‐‑﹣－⁻]/g, "-").replace(/[’‘ʼ´`＇]/g, "'").replace(/\s+/g, " ").trim();
}

/** A number as a person types it, with `decimal` ("." or ",") before its fraction; null where there is not exactly one, or where one
 * of `sideWords` ("cr", "soll") behind it says on which side of an account it stands. */
export function parseAmount(text, decimal = ".", sideWords = []) {
  const plain = asAscii(text);
  const runs = plain.match(ONE_NUMBER) ?? [];
  if (runs.length !== 1) return null;
  const at = plain.indexOf(runs[0]);
  const [before, after] = [plain.slice(0, at), plain.slice(at + runs[0].length)];
  if (sideWords.length && new RegExp(`^(?:${NO_CENTS}| ?${SIGN}|\\))? ?(?:${sideWords.join("|")})\\.?(?![\\p{L}\\d_])`, "iu").test(after)) return null;
  const dash = after.match(/^([.,])-/); // in the place of cents
  const number = unsigned(runs[0], dash ? dash[1] : decimal);
  return number !== null && isNegative(before, after) ? -number : number;
}

function isNegative(before, after) {
  if (/[-(]\s*(?:[^\d\s]{1,4}\.?\s*)?$/u.test(before)) return true;
  return new RegExp(`^ ?${SIGN}? ?-(?!\\d)`, "u").test(after) && !new RegExp(`^(?:${NO_CENTS})`).test(after);
}

function unsigned(run, decimal) {
  let body = run;
  if (body.includes(" ") && !SPACES.test(body)) body = body.replace(SPLIT_DECIMALS, "");
  if (body.includes(" ") && !SPACES.test(body)) return null;
  body = body.replace(/[ ']/g, "").replace(/([.,])[.,]+/g, "$1");
  if (/^[.,]/.test(body)) body = /[.,]/.test(body.slice(1)) ? body.slice(1) : `0${body}`;
  const [whole, fraction] = parted(body, decimal);
  return Number(`${whole.replace(/[.,]/g, "")}.${fraction || "0"}`);
}

/** Digits before and behind the decimal mark. Of two kinds of mark the last; of one kind, repeated, none unless two digits end it; of
 * one alone that mark, unless it groups in this notation. */
function parted(body, decimal) {
  const marks = body.match(/[.,]/g) ?? [];
  if (!marks.length) return [body, ""];
  const last = marks.at(-1);
  const [whole, fraction] = splitLast(body, last);
  if (new Set(marks).size === 2) return [whole, fraction];
  if (marks.length > 1) return GROUPS.test(body) || fraction.length !== 2 ? [body, ""] : [whole, fraction];
  const isGroup = fraction.length === 3 && whole.length >= 1 && whole.length <= 3 && !whole.startsWith("0");
  return isGroup && last !== decimal ? [body, ""] : [whole, fraction];
}

const splitLast = (text, mark) => [text.slice(0, text.lastIndexOf(mark)), text.slice(text.lastIndexOf(mark) + 1)];

/** The number of a cell or field: what is saved stands in plain notation, what is typed in that of `table`, its document's. */
export function numberOf({ input, saved, text }, { decimal, sideWords }) {
  const shown = input ? input.value : text;
  const isSaved = input ? input.value === saved : true;
  if (isSaved && /^-?\d+(\.\d+)?$/.test(shown)) return Number(shown);
  return parseAmount(shown, decimal, sideWords);
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
    const values = numbers.map((cell) => numberOf(cell, table));
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
    const [first, second, product] = cells.map((cell) => numberOf(cell, table));
    if (first === null || second === null || product === null) return [];
    const expected = round(first < 0 || second < 0 ? first * second : Math.sign(product || 1) * Math.abs(first * second));
    return Math.abs(expected - product) <= tolerance + 1e-9 ? [] : [{ index: cells[2].column, expected }];
  });
}
