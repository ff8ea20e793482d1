/** The form of what is chosen in the outline: the whole type, a field, a table, a column or a check. */
import { h, icon } from "../dom.js";
import { fill, gettext } from "../i18n.js";

let serial = 0;

function row(label, control, { note, problems = [] } = {}) {
  serial += 1;
  control.id = `type-control-${serial}`;
  const said = [];
  if (note) said.push(h("p", { class: "form-note", id: `${control.id}-note` }, note));
  for (const [number, problem] of problems.entries()) said.push(h("p", { class: "form-problem", id: `${control.id}-problem-${number}` }, problem.text));
  if (said.length) control.setAttribute("aria-describedby", said.map((node) => node.id).join(" "));
  if (problems.length) control.setAttribute("aria-invalid", "true");
  return h("div", { class: "form-row" }, h("label", { class: "form-label", for: control.id }, label), control, said);
}

function textInput(value, onInput, attributes = {}) {
  return h("input", { type: "text", class: "form-control", value, autocomplete: "off", spellcheck: "false", oninput: (event) => onInput(event.target.value), ...attributes });
}

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

function linesInput(values, onInput, attributes = {}) {
  const area = h("textarea", { class: "form-control", rows: Math.min(8, Math.max(2, values.length + 1)), spellcheck: "false", oninput: (event) => onInput(lines(event.target.value)), ...attributes });
  area.value = values.join("\n");
  return area;
}

function select(value, choices, onChange, attributes = {}) {
  const options = choices.map((one) => h("option", { value: one.value }, one.label));
  if (!choices.some((one) => one.value === value)) options.unshift(h("option", { value }, value || gettext("Choose")));
  const control = h("select", { class: "form-select", onchange: (event) => onChange(event.target.value), ...attributes }, options);
  control.value = value;
  return control;
}

function flag(label, value, onChange, note) {
  serial += 1;
  const box = h("input", { type: "checkbox", class: "form-check-input", id: `type-control-${serial}`, onchange: (event) => onChange(event.target.checked) });
  box.checked = value;
  const said = note ? h("p", { class: "form-note", id: `${box.id}-note` }, note) : null;
  if (said) box.setAttribute("aria-describedby", said.id);
  return h("div", { class: "form-row form-row-check" }, h("label", { class: "form-check-label" }, box, label), said);
}

function percent(value, onInput) {
  const shown = value === null || value === undefined ? "" : String(Math.round(value * 10000) / 100);
  const read = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? null : Math.min(100, Math.max(0, Number(text))) / 100);
  return h("input", { type: "number", class: "form-control percent-input", min: 0, max: 100, step: "any", value: shown, oninput: (event) => onInput(read(event.target.value)) });
}

/** What the forms need: the model, the words of the server, `problems(path)`, and what to call after a change. */
export class Forms {
  constructor({ model, vocabulary, problems, onChange, onShape }) {
    Object.assign(this, { model, vocabulary, problems, onChange, onShape });
  }

  /** The form for a path; the outline may have to be drawn again after some changes (`onShape`). */
  of(path) {
    const kind = path.split("/").at(-2);
    if (!path) return this.#whole();
    if (kind === "tables") return this.#table(path);
    if (kind === "checks") return this.#check(path);
    return this.#field(path, kind === "columns");
  }

  #set(path, name, isShape = false) {
    return (value) => {
      this.model.set(path, name, value);
      this.onChange(path, name);
      if (isShape) this.onShape(path);
    };
  }

  #at(path, name) {
    return { problems: this.problems(path ? `${path}/${name}` : name) };
  }

  #whole() {
    const { definition } = this.model;
    const { locales, engines } = this.vocabulary;
    const engine = (name) => (value) => {
      const rest = { ...definition.engine };
      if (value) rest[name] = value;
      else delete rest[name];
      this.#set("", "engine")(rest);
    };
    const system = { value: "", label: gettext("As the organisation has it") };
    return [
      row(gettext("Name of the document type"), textInput(definition.name, this.#set("", "name"), { maxlength: 120 }), this.#at("", "name")),
      row(gettext("Numbers and dates are written as in"), select(definition.locale, locales, this.#set("", "locale")), { note: gettext("Counts where a document does not show by itself how it writes them."), ...this.#at("", "locale") }),
      row(gettext("Words that tell it from other types, one per line"), linesInput(definition.keywords, this.#set("", "keywords")), { note: gettext("What is printed as its title, in each language that it comes in."), ...this.#at("", "keywords") }),
      this.#kinds(),
      row(gettext("Every value has to reach, in per cent"), percent(definition.threshold, this.#set("", "threshold")), { note: gettext("Empty: the threshold of the system. Only what reaches it can be approved without a person.") }),
      h("div", { class: "form-line" },
        row(gettext("Engine that reads pictures"), select(definition.engine.ocr ?? "", [system, ...engines.ocr], engine("ocr")), this.#at("engine", "ocr")),
        row(gettext("Language model"), select(definition.engine.llm ?? "", [system, ...engines.llm], engine("llm")), this.#at("engine", "llm"))),
    ];
  }

  #kinds() {
    const { definition } = this.model;
    const taken = new Map(definition.kinds.map((rule) => [rule.kind, rule]));
    const toggle = (kind) => (isOn) => {
      if (isOn) taken.set(kind, { kind, negative: [] });
      else taken.delete(kind);
      this.#set("", "kinds")([...taken.values()]);
    };
    const boxes = this.vocabulary.kinds.map((one) => flag(one.label, taken.has(one.value), toggle(one.value)));
    return h("details", { class: "kinds" },
      h("summary", {}, fill(gettext("Kinds of document that it takes without a person: {n} chosen"), { n: taken.size })),
      h("p", { class: "form-note" }, gettext("None chosen: what its name and words say. Other kinds go to a person, who sees the word that says so.")),
      h("div", { class: "kind-boxes" }, boxes));
  }

  #field(path, isColumn) {
    const field = this.model.at(path);
    const type = this.vocabulary.types.find((one) => one.value === field.type);
    return [
      h("div", { class: "form-line" },
        row(gettext("Label on paper"), textInput(field.label, this.#set(path, "label"), { maxlength: 120, "data-first": "" }), this.#at(path, "label")),
        row(gettext("Type"), select(field.type, this.vocabulary.types, this.#set(path, "type", true)), { note: type?.hint, ...this.#at(path, "type") })),
      row(gettext("Further labels, one per line"), linesInput(field.aliases ?? [], this.#set(path, "aliases")), { note: gettext("Other words under which it is printed, in every language that the papers come in."), ...this.#at(path, "aliases") }),
      type?.has_choices ? row(gettext("Values that can be chosen, one per line"), linesInput(field.choices ?? [], this.#set(path, "choices")), this.#at(path, "choices")) : null,
      flag(gettext("Required: a document without it goes to a person"), field.is_required ?? false, this.#set(path, "is_required")),
      isColumn ? null : flag(gettext("A document may state several values"), field.is_list ?? false, this.#set(path, "is_list")),
      h("details", { class: "more", open: this.#isMoreUsed(path, field) },
        h("summary", {}, gettext("Pattern, examples, threshold, name for programs")),
        row(gettext("Examples of printed values, one per line"), linesInput(field.examples ?? [], this.#set(path, "examples")), this.#at(path, "examples")),
        h("div", { class: "form-line" },
          row(gettext("Pattern that the whole value matches"), textInput(field.pattern ?? "", this.#set(path, "pattern"), { maxlength: 200, class: "form-control mono" }), { note: gettext("A regular expression, for example [A-Z]{2}-\\d{6}"), ...this.#at(path, "pattern") }),
          row(gettext("Threshold in per cent"), percent(field.threshold, this.#set(path, "threshold")), { note: gettext("Empty: that of the type.") })),
        row(gettext("Name for programs"), textInput(field.name, this.#set(path, "name"), { maxlength: 60, class: "form-control mono" }), { note: gettext("The column in the production database and the key in the API."), ...this.#at(path, "name") })),
      this.#atEnd(path, isColumn ? gettext("Remove the column") : gettext("Remove the field")),
    ];
  }

  #isMoreUsed(path, field) {
    const hasProblem = ["pattern", "examples", "name"].some((name) => this.problems(`${path}/${name}`).length);
    return hasProblem || Boolean(field.pattern || field.examples?.length || typeof field.threshold === "number");
  }

  #table(path) {
    const table = this.model.at(path);
    return [
      row(gettext("Name of the table"), textInput(table.label, this.#set(path, "label"), { maxlength: 120, "data-first": "" }), this.#at(path, "label")),
      flag(gettext("Required: a document without a row goes to a person"), table.is_required ?? false, this.#set(path, "is_required")),
      h("div", {}, h("button", { type: "button", class: "btn", "data-add": `${path}/columns` }, icon("plus"), gettext("Add a column")),
        this.problems(`${path}/columns`).map((problem) => h("p", { class: "form-problem" }, problem.text))),
      h("details", { class: "more", open: this.problems(`${path}/name`).length > 0 }, h("summary", {}, gettext("Name for programs")),
        row(gettext("Name for programs"), textInput(table.name, this.#set(path, "name"), { maxlength: 60, class: "form-control mono" }), this.#at(path, "name"))),
      this.#atEnd(path, gettext("Remove the table")),
    ];
  }

  #check(path) {
    const check = this.model.at(path);
    const kind = this.vocabulary.checks.find((one) => one.value === check.kind) ?? this.vocabulary.checks[0];
    const tables = this.model.definition.tables.map((table) => ({ value: table.name, label: table.label || table.name }));
    const slots = kind.is_open ? Math.max(kind.slots.length, check.fields.length) : kind.slots.length;
    const setSlot = (place) => (value) => {
      const fields = Array.from({ length: slots }, (_, number) => check.fields[number] ?? "");
      fields[place] = value;
      this.#set(path, "fields")(fields);
    };
    const more = () => this.#set(path, "fields", true)(["", ...Array.from({ length: slots }, (_, number) => check.fields[number] ?? "")]);
    return [
      row(gettext("What is checked"), select(check.kind, this.vocabulary.checks, (value) => { this.model.set(path, "fields", []); this.#set(path, "kind", true)(value); }, { "data-first": "" }), { note: kind.help }),
      kind.needs_table ? row(gettext("Table"), select(check.table ?? "", tables, this.#set(path, "table", true)), this.#at(path, "table")) : null,
      Array.from({ length: slots }, (_, place) => row(this.#slotLabel(kind, place, slots), select(check.fields[place] ?? "", this.#choices(kind, check, place), setSlot(place)), place ? {} : this.#at(path, "fields"))),
      kind.is_open ? h("button", { type: "button", class: "btn btn-sm", onclick: more }, icon("plus", "sm"), gettext("One more amount")) : null,
      kind.has_tolerance ? row(gettext("Difference that is allowed"), h("input", { type: "number", class: "form-control percent-input", min: 0, step: "any", value: check.tolerance ?? 0.01, oninput: (event) => this.#set(path, "tolerance")(Math.max(0, Number(event.target.value) || 0)) }), this.#at(path, "tolerance")) : null,
      this.#atEnd(path, gettext("Remove the check")),
    ];
  }

  #slotLabel(kind, place, slots) {
    if (!kind.is_open) return kind.slots[place];
    const fromEnd = slots - place;
    return fromEnd < kind.slots.length ? kind.slots.at(-fromEnd) : kind.slots[0];
  }

  #choices(kind, check, place) {
    const { fields, tables } = this.model.definition;
    const isColumn = kind.columns.includes(place);
    const found = isColumn ? (tables.find((table) => table.name === check.table)?.columns ?? []) : fields;
    const fits = this.vocabulary.types.filter((one) => (kind.wants === "date" ? one.is_date : one.is_number)).map((one) => one.value);
    return found.filter((one) => fits.includes(one.type)).map((one) => ({ value: one.name, label: one.label || one.name }));
  }

  #atEnd(path, label) {
    return h("div", { class: "type-actions" },
      h("button", { type: "button", class: "btn btn-sm", "data-move": "-1" }, gettext("Move up")),
      h("button", { type: "button", class: "btn btn-sm", "data-move": "1" }, gettext("Move down")),
      h("button", { type: "button", class: "btn btn-sm btn-danger", "data-remove": path }, icon("x", "sm"), label));
  }
}
