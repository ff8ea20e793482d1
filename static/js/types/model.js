/** The definition of a document type as the editor changes it: places by path, undo, names made of labels. */
import { renamed, ruleOf } from "./rules.js";

const LETTERS = { ß: "ss", ä: "ae", ö: "oe", ü: "ue", ø: "o", ł: "l", "№": "no" };
const LONGEST_NAME = 56;
const UNDO_STEPS = 200;

/** `invoice_number` of "Invoice number:", numbered where that is taken; as documents/domain/drafts/names.py has it. */
export function nameFor(text, taken = [], fallback = "field") {
  const spaced = text.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  const latin = spaced.replace(/[ßäöüøł№]/g, (mark) => LETTERS[mark]).normalize("NFKD").replace(/[^\x00-\x7f]/g, "");
  let name = latin.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, LONGEST_NAME).replace(/_+$/, "");
  if (!name) name = fallback;
  else if (!/^[a-z]/.test(name)) name = `${fallback}_${name}`.slice(0, LONGEST_NAME);
  if (!taken.includes(name)) return name;
  for (let number = 2; ; number += 1) if (!taken.includes(`${name}_${number}`)) return `${name}_${number}`;
}

const NEW = {
  fields: () => ({ name: "", type: "text", label: "", aliases: [], pattern: "", choices: [], is_required: false, threshold: null }),
  columns: () => ({ name: "", type: "text", label: "", aliases: [], pattern: "", choices: [], is_required: false, threshold: null }),
  tables: () => ({ name: "", label: "", columns: [], is_required: false }),
  checks: () => ({ rule: "sum_equals(_, _)" }),
};

export class TypeModel {
  constructor(definition) {
    this.definition = structuredClone(definition);
    for (const name of ["fields", "tables", "checks", "keywords", "kinds"]) this.definition[name] ??= [];
    this.definition.engine ??= {};
    this.definition.checks = this.definition.checks.map((check) => ("rule" in check ? check : { rule: ruleOf(check) }));
    this.past = [];
    this.future = [];
    this.lastEdit = "";
  }

  /** What stands at a path such as `tables/0/columns/2`; the whole for an empty one, undefined where nothing is there. */
  at(path) {
    return path.split("/").filter(Boolean).reduce((found, key) => found?.[key], this.definition);
  }

  /** A path's list, and the position in it: `fields/3` → `["fields", 3]`. */
  static split(path) {
    const cut = path.lastIndexOf("/");
    return [path.slice(0, cut), Number(path.slice(cut + 1))];
  }

  #remember(edit) {
    if (!edit || edit !== this.lastEdit) {
      this.past.push(JSON.stringify(this.definition));
      if (this.past.length > UNDO_STEPS) this.past.shift();
    }
    this.lastEdit = edit;
    this.future = [];
  }

  /** Sets one value; letters typed one after the other into the same place are one step of undo. */
  set(path, name, value) {
    const item = this.at(path);
    if (JSON.stringify(item[name]) === JSON.stringify(value)) return;
    this.#remember(`${path}.${name}`);
    if (name === "label" && this.#isNameMade(path, item)) this.#rename(path, item, nameFor(value, this.#siblings(path)));
    if (name === "name" && !path) item.name = value;
    else if (name === "name") this.#rename(path, item, value);
    else item[name] = value;
  }

  #siblings(path) {
    const [list, position] = TypeModel.split(path);
    const others = list === "fields" || list === "tables" ? [...this.definition.fields, ...this.definition.tables] : this.at(list);
    const own = this.at(list)[position];
    return others.filter((one) => one !== own).map((one) => one.name);
  }

  /** Whether the name follows the label: only while nobody chose one, and nothing was published under it (it has no id). */
  #isNameMade(path, item) {
    return Boolean(path) && "name" in item && !item.id && (!item.name || item.name === nameFor(item.label, this.#siblings(path)));
  }

  /** Checks and kinds name what they mean: they follow. */
  #rename(path, item, name) {
    const old = item.name;
    item.name = name;
    if (!old || old === name) return;
    const steps = path.split("/");
    for (const check of this.definition.checks) check.rule = this.#renamedRule(check.rule, steps, old, name);
    for (const kind of this.definition.kinds) kind.negative = (kind.negative ?? []).map((one) => this.#renamedPath(one, steps, old, name));
  }

  /** Runs after the name itself has changed: columns of a table are known by the old one too. */
  #renamedRule(rule, steps, old, name) {
    const { tables } = this.definition;
    const isTable = steps[0] === "tables" && steps.length === 2;
    const changed = steps[0] === "tables" ? tables[steps[1]] : null;
    const tableNamed = (known) => (isTable && known === old ? changed : tables.find((one) => one.name === known));
    const columnsOf = (known) => (tableNamed(known)?.columns ?? []).map((one) => (one.name === name && !isTable && tableNamed(known) === changed ? old : one.name));
    return renamed(rule, columnsOf, (word, place) => {
      if (word !== old) return word;
      if (place.isTable) return isTable ? name : word;
      if (place.table) return steps.length === 4 && tableNamed(place.table) === changed ? name : word;
      return steps[0] === "fields" ? name : word;
    });
  }

  #renamedPath(path, steps, old, name) {
    const [first, second] = path.split(".");
    if (steps[0] === "fields" && path === old) return name;
    if (steps[0] === "tables" && steps.length === 2 && second && first === old) return `${name}.${second}`;
    if (steps.length === 4 && first === this.definition.tables[steps[1]].name && second === old) return `${first}.${name}`;
    return path;
  }

  /** Adds to the list at `list` (`fields`, `tables/0/columns`), after `position` where it is given; its path. */
  add(list, values = {}, position = null) {
    this.#remember("");
    const items = this.at(list);
    const place = position === null ? items.length : position + 1;
    items.splice(place, 0, { ...NEW[list.split("/").pop()](), ...values });
    return `${list}/${place}`;
  }

  /** Takes it away; the path of what stands in its place, of what was before it, or empty. */
  remove(path) {
    const [list, position] = TypeModel.split(path);
    const items = this.at(list);
    this.#remember("");
    items.splice(position, 1);
    if (items.length) return `${list}/${Math.min(position, items.length - 1)}`;
    return list.includes("/") ? list.slice(0, list.lastIndexOf("/")) : "";
  }

  /** Moves it up or down in its list; its new path, the same where it cannot go further. */
  move(path, by) {
    const [list, position] = TypeModel.split(path);
    const items = this.at(list);
    const place = position + by;
    if (place < 0 || place >= items.length) return path;
    this.#remember("");
    items.splice(place, 0, ...items.splice(position, 1));
    return `${list}/${place}`;
  }

  /** Steps back; false where there is nothing to undo. */
  undo() {
    return this.#step(this.past, this.future);
  }

  redo() {
    return this.#step(this.future, this.past);
  }

  #step(from, to) {
    if (!from.length) return false;
    to.push(JSON.stringify(this.definition));
    this.definition = JSON.parse(from.pop());
    this.lastEdit = "";
    return true;
  }
}
