/** Checks as expressions: read as the call of a known function where they are one, written back, and renamed with what they name. */

const OPEN = "_";
const KINDS = ["sum_equals", "net_or_gross", "product_equals", "column_sum_equals", "balance_equals", "date_order"];
const CELLS = { product_equals: 3, column_sum_equals: 1 };
const TOLERANCE = 0.01;
const KEYWORDS = new Set("and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(" "));

/** `{ kind, fields, table, tolerance }` of a call with nothing but names; null for any other expression. */
export function callIn(rule, kinds) {
  const found = rule.match(/^\s*([a-z_]+)\(\s*([^()]*?)\s*\)\s*$/);
  if (!found || !kinds.includes(found[1])) return null;
  const [, kind, inside] = found;
  const words = inside ? inside.split(",").map((word) => word.trim()) : [];
  const tolerance = /^[0-9.]+$/.test(words.at(-1) ?? "") ? Number(words.pop()) : TOLERANCE;
  const columns = CELLS[kind] ?? 0;
  const tables = new Set(words.slice(0, columns).map((word) => word.split(".")[0]));
  const fields = words.map((word, place) => (place < columns ? word.split(".").slice(1).join(".") : word));
  if (tables.size > 1 || ![...fields, ...tables].every((word) => /^\w+$/.test(word))) return null;
  const named = (word) => (word === OPEN ? "" : meant(word));
  return { kind, fields: fields.map(named), table: named([...tables][0] ?? ""), tolerance };
}

/** The same back as text. */
export function ruleOf({ kind, fields, table, tolerance }) {
  const columns = CELLS[kind] ?? 0;
  const words = fields.map((name, place) => (place < columns ? `${table || OPEN}.${name || OPEN}` : name || OPEN));
  if (Number.isFinite(tolerance) && tolerance !== TOLERANCE) words.push(String(tolerance));
  return `${kind}(${words.join(", ")})`;
}

/** A name as an expression has it: one that is a word of the language gets an underscore. */
export function written(name) {
  return KEYWORDS.has(name) ? `${name}_` : name;
}

const meant = (word) => (word.endsWith("_") && KEYWORDS.has(word.slice(0, -1)) ? word.slice(0, -1) : word);

/**
 * The rule with every name given to `rename(name, place)`; place is `{ table }` of a column, `{ isTable: true }` or `{}` of a field.
 * `columnsOf(table)` are the columns that stand alone inside `each(table, …)`.
 */
export function renamed(rule, columnsOf, rename) {
  const call = callIn(rule, KINDS);
  if (call) {
    const columns = CELLS[call.kind] ?? 0;
    const fields = call.fields.map((name, place) => rename(name, place < columns ? { table: call.table } : {}));
    return ruleOf({ ...call, fields, table: columns ? rename(call.table, { isTable: true }) : "" });
  }
  const tokens = rule.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_]\w*|\d[\w.]*|\s+|./g) ?? [];
  const solid = (from, step) => {
    for (let at = from + step; at >= 0 && at < tokens.length; at += step) if (tokens[at].trim()) return tokens[at];
    return "";
  };
  const before = (at, count) => {
    let found = at;
    for (let left = count; left > 0; left -= 1) do found -= 1; while (found >= 0 && !tokens[found].trim());
    return tokens[found] ?? "";
  };
  const open = [];
  return tokens.map((token, at) => {
    if (token === "(") open.push({ call: solid(at, -1), table: "" });
    else if (token === ")") open.pop();
    if (!/^[A-Za-z_]/.test(token) || solid(at, 1) === "(") return token;
    const name = meant(token);
    if (solid(at, -1) === ".") return written(rename(name, { table: meant(before(at, 2)) }));
    const inside = open.at(-1);
    if (["each", "some", "count"].includes(inside?.call) && solid(at, -1) === "(") {
      inside.table = name;
      return written(rename(name, { isTable: true }));
    }
    if (solid(at, 1) === ".") return written(rename(name, { isTable: true }));
    const row = [...open].reverse().find((one) => one.table && columnsOf(one.table).includes(name));
    return isWord(token) ? token : written(rename(name, row ? { table: row.table } : {}));
  }).join("");
}

const isWord = (token) => ["and", "or", "not", "in", "if", "else", "True", "False"].includes(token);
