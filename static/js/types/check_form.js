/** The form of a check: slots for the known functions, a text for any other expression, and what people are told. */
import { h, icon } from "../dom.js";
import { gettext } from "../i18n.js";
import { row, select, textInput } from "./inputs.js";
import { callIn, ruleOf, written } from "./rules.js";

const EXPRESSION = "expression";
const asText = new WeakSet(); // checks that somebody wants to write, although they could be chosen

/** What the vocabulary says of a check. */
export function checkKind(vocabulary, check) {
  const call = asText.has(check) ? null : callIn(check.rule, vocabulary.checks.map((one) => one.value));
  return vocabulary.checks.find((one) => one.value === (call?.kind ?? EXPRESSION));
}

export class CheckForm {
  constructor(forms, path) {
    const { model, vocabulary, problems, onChange, onShape } = forms;
    Object.assign(this, { model, vocabulary, problems, onChange, onShape, path });
    this.check = model.at(path);
    this.kind = checkKind(vocabulary, this.check);
    this.call = callIn(this.check.rule, vocabulary.checks.map((one) => one.value));
  }

  rows() {
    const kinds = select(this.kind.value, this.vocabulary.checks, (value) => this.#choose(value), { "data-first": "" });
    const own = this.kind.value === EXPRESSION ? this.#text() : this.#slots();
    return [row(gettext("What is checked"), kinds, { note: this.kind.help }), ...own, ...this.#messages()];
  }

  #at(...names) {
    return { problems: names.flatMap((name) => this.problems(`${this.path}/${name}`)) };
  }

  #set(rule, isShape = false) {
    this.model.set(this.path, "rule", rule);
    this.onChange(this.path, "rule");
    if (isShape) this.onShape(this.path);
  }

  /** Another function begins empty; as text, the present one is kept. */
  #choose(value) {
    const kind = this.vocabulary.checks.find((one) => one.value === value);
    if (value === EXPRESSION) asText.add(this.check);
    else asText.delete(this.check);
    const fields = kind.slots.map(() => "");
    this.#set(value === EXPRESSION ? this.check.rule : ruleOf({ kind: value, fields, table: this.call?.table ?? "" }), true);
    this.onShape(this.path);
  }

  #text() {
    const area = h("textarea", { class: "form-control mono", rows: 4, maxlength: 1000, spellcheck: "false", oninput: (event) => this.#set(event.target.value) });
    area.value = this.check.rule;
    const insert = (word) => {
      area.setRangeText(word, area.selectionStart, area.selectionEnd, "end");
      this.#set(area.value);
      area.focus();
    };
    const words = h("div", { class: "rule-words" }, this.#words().map(({ word, label }) => h("button", { type: "button", class: "btn btn-sm mono", title: label, onclick: () => insert(word) }, word)));
    const functions = h("ul", { class: "change-list" }, this.vocabulary.functions.map((one) => h("li", {}, h("code", {}, one.use), " ", one.help)));
    return [
      row(gettext("What has to be true"), area, { note: gettext("Names of fields and columns, numbers, + − * /, comparisons, and, or, not, and the functions below. A value that is missing: the check is not passed."), ...this.#at("rule", "fields", "table") }),
      words,
      h("details", { class: "more" }, h("summary", {}, gettext("Functions")), functions),
    ];
  }

  #words() {
    const { fields, tables } = this.model.definition;
    const columns = tables.flatMap((table) => table.columns.map((column) => ({ word: `${written(table.name)}.${written(column.name)}`, label: column.label })));
    return [...fields.map((one) => ({ word: written(one.name), label: one.label })), ...columns].filter((one) => one.word);
  }

  #slots() {
    const { kind, call } = this;
    const tables = this.model.definition.tables.map((table) => ({ value: table.name, label: table.label || table.name }));
    const count = kind.is_open ? Math.max(kind.slots.length, call.fields.length) : kind.slots.length;
    const fields = Array.from({ length: count }, (_, place) => call.fields[place] ?? "");
    const put = (changed, isShape = false) => {
      Object.assign(call, changed);
      this.#set(ruleOf({ fields, ...call, ...changed }), isShape);
    };
    const setSlot = (place) => (value) => {
      fields[place] = value;
      put({ fields });
    };
    const tolerance = h("input", { type: "number", class: "form-control percent-input", min: 0, step: "any", value: call.tolerance, oninput: (event) => put({ fields, tolerance: Math.max(0, Number(event.target.value) || 0) }) });
    return [
      kind.needs_table ? row(gettext("Table"), select(call.table, tables, (table) => put({ fields, table }, true)), this.#at("table")) : null,
      ...fields.map((name, place) => row(this.#slotLabel(place, count), select(name, this.#choices(place), setSlot(place)), place ? {} : this.#at("fields", "rule"))),
      kind.is_open ? h("button", { type: "button", class: "btn btn-sm", onclick: () => put({ fields: ["", ...fields] }, true) }, icon("plus", "sm"), gettext("One more amount")) : null,
      kind.has_tolerance ? row(gettext("Difference that is allowed"), tolerance, this.#at("tolerance")) : null,
    ];
  }

  #slotLabel(place, count) {
    const { is_open: isOpen, slots } = this.kind;
    if (!isOpen) return slots[place];
    const fromEnd = count - place;
    return fromEnd < slots.length ? slots.at(-fromEnd) : slots[0];
  }

  #choices(place) {
    const { fields, tables } = this.model.definition;
    const isColumn = this.kind.columns.includes(place);
    const found = isColumn ? (tables.find((table) => table.name === this.call.table)?.columns ?? []) : fields;
    const fits = this.vocabulary.types.filter((one) => (this.kind.wants === "date" ? one.is_date : one.is_number)).map((one) => one.value);
    return found.filter((one) => fits.includes(one.type)).map((one) => ({ value: one.name, label: one.label || one.name }));
  }

  #messages() {
    const message = this.check.message ?? {};
    const set = (language) => (text) => {
      const { [language]: _old, ...rest } = this.check.message ?? {};
      this.model.set(this.path, "message", text ? { ...rest, [language]: text } : rest);
      this.onChange(this.path, "message");
    };
    const input = (language) => textInput(message[language] ?? "", set(language), { maxlength: 300, lang: language, spellcheck: "true" });
    return [
      h("div", { class: "form-line" },
        row(gettext("What people are told, in English"), input("en"), this.#at("message")),
        row(gettext("What people are told, in German"), input("de"))),
      h("p", { class: "form-note" }, gettext("The values follow by themselves.")),
    ];
  }
}
