/** The form of what is chosen in the outline: the whole type, a field, a table, a column or a check. */
import { h, icon } from "../dom.js";
import { fill, gettext } from "../i18n.js";
import { CheckForm, checkKind } from "./check_form.js";
import { languages } from "./languages.js";
import { flag, linesInput, percent, row, select, textInput } from "./inputs.js";

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
      h("div", { class: "check-boxes" }, boxes));
  }

  #field(path, isColumn) {
    const field = this.model.at(path);
    const type = this.vocabulary.types.find((one) => one.value === field.type);
    return [
      h("div", { class: "form-line" },
        row(gettext("Label on paper"), textInput(field.label, this.#set(path, "label"), { maxlength: 120, "data-first": "" }), this.#at(path, "label")),
        row(gettext("Type"), select(field.type, this.vocabulary.types, this.#set(path, "type", true)), { note: type?.hint, ...this.#at(path, "type") })),
      row(gettext("Further labels, one per line"), linesInput(field.aliases ?? [], this.#set(path, "aliases")), { note: gettext("Other words under which it is printed, in every language that the papers come in."), ...this.#at(path, "aliases") }),
      type?.has_choices || field.choices?.length ? row(gettext("Values that can be chosen, one per line"), linesInput(field.choices ?? [], this.#set(path, "choices")), this.#at(path, "choices")) : null,
      languages(this, path, field),
      flag(gettext("Required: a document without it goes to a person"), field.is_required ?? false, this.#set(path, "is_required")),
      flag(gettext("Sensitive: seen only by those who review the document"), field.is_sensitive ?? false, this.#set(path, "is_sensitive"), gettext("Everybody else sees dots, and black boxes on the page; they cannot take the file.")),
      isColumn ? null : flag(gettext("A document may state several values"), field.is_list ?? false, this.#set(path, "is_list")),
      h("details", { class: "more", open: this.#isMoreUsed(path, field) },
        h("summary", {}, gettext("Pattern, examples, threshold, name for programs")),
        row(gettext("Examples of printed values, one per line"), linesInput(field.examples ?? [], this.#set(path, "examples")), this.#at(path, "examples")),
        h("div", { class: "form-line" },
          row(gettext("Pattern that the whole value matches"), textInput(field.pattern ?? "", this.#set(path, "pattern"), { maxlength: 200, class: "form-control mono" }), { note: gettext("A regular expression, for example [A-Z]{2}-\\d{6}"), ...this.#at(path, "pattern") }),
          row(gettext("Threshold in per cent"), percent(field.threshold, this.#set(path, "threshold")), { note: gettext("Empty: that of the type.") })),
        type?.has_check_digits || field.check_digits ? row(gettext("Check digits"), select(field.check_digits ?? "", [{ value: "", label: gettext("No check digits") }, ...this.vocabulary.check_digits], this.#set(path, "check_digits")), { note: gettext("A value whose check digits are wrong goes to a person."), ...this.#at(path, "check_digits") }) : null,
        this.#list(path, field),
        row(gettext("Name for programs"), textInput(field.name, this.#set(path, "name"), { maxlength: 60, class: "form-control mono" }), { note: gettext("The column in the production database and the key in the API."), ...this.#at(path, "name") }),
        this.#eInvoice(path, field)),
      this.#atEnd(path, isColumn ? gettext("Remove the column") : gettext("Remove the field")),
    ];
  }

  #list(path, field) {
    const lists = this.vocabulary.lists ?? [];
    if (!lists.length && !field.listed_in) return null;
    const columnsOf = (key) => lists.find((one) => one.value === key)?.columns ?? [];
    const choose = (key) => {
      this.model.set(path, "listed_column", columnsOf(key)[0] ?? "");
      this.#set(path, "listed_in", true)(key);
    };
    const columns = columnsOf(field.listed_in).map((name) => ({ value: name, label: name }));
    return h("div", { class: "form-line" },
      row(gettext("List that has to know the value"), select(field.listed_in ?? "", [{ value: "", label: gettext("No list") }, ...lists], choose), { note: gettext("Names are also found by their likeness. A value that is not in the list goes to a person, with the nearest entries."), ...this.#at(path, "listed_in") }),
      field.listed_in ? row(gettext("Column of the list"), select(field.listed_column ?? "", columns, this.#set(path, "listed_column")), this.#at(path, "listed_column")) : null);
  }

  #eInvoice(path, field) {
    const terms = [{ value: "", label: gettext("None") }, ...(this.vocabulary.terms ?? [])];
    return h("div", {},
      row(gettext("Term of electronic invoices"), select(field.from_e_invoice ?? "", terms, this.#set(path, "from_e_invoice", true)), { note: gettext("Where a document carries an electronic invoice, its value comes from there and is compared with the page."), ...this.#at(path, "from_e_invoice") }),
      field.from_e_invoice ? flag(gettext("Only electronic invoices state it: it is not looked for on pages"), field.is_e_invoice_only ?? false, this.#set(path, "is_e_invoice_only")) : null);
  }

  #isMoreUsed(path, field) {
    const hasProblem = ["pattern", "examples", "name", "from_e_invoice", "check_digits", "listed_in", "listed_column"].some((name) => this.problems(`${path}/${name}`).length);
    return hasProblem || Boolean(field.pattern || field.listed_in || field.check_digits || field.examples?.length || field.from_e_invoice || typeof field.threshold === "number");
  }

  #table(path) {
    const table = this.model.at(path);
    return [
      row(gettext("Name of the table"), textInput(table.label, this.#set(path, "label"), { maxlength: 120, "data-first": "" }), this.#at(path, "label")),
      flag(gettext("Required: a document without a row goes to a person"), table.is_required ?? false, this.#set(path, "is_required")),
      languages(this, path, table, false),
      h("div", {}, h("button", { type: "button", class: "btn", "data-add": `${path}/columns` }, icon("plus"), gettext("Add a column")),
        this.problems(`${path}/columns`).map((problem) => h("p", { class: "form-problem" }, problem.text))),
      h("details", { class: "more", open: this.problems(`${path}/name`).length > 0 }, h("summary", {}, gettext("Name for programs")),
        row(gettext("Name for programs"), textInput(table.name, this.#set(path, "name"), { maxlength: 60, class: "form-control mono" }), this.#at(path, "name"))),
      this.#atEnd(path, gettext("Remove the table")),
    ];
  }

  #check(path) {
    const form = new CheckForm(this, path);
    return [...form.rows(), this.#atEnd(path, gettext("Remove the check"))];
  }

  checkLabel(check) {
    return checkKind(this.vocabulary, check).label;
  }

  #atEnd(path, label) {
    return h("div", { class: "type-actions" },
      h("button", { type: "button", class: "btn btn-sm", "data-move": "-1" }, gettext("Move up")),
      h("button", { type: "button", class: "btn btn-sm", "data-move": "1" }, gettext("Move down")),
      h("button", { type: "button", class: "btn btn-sm btn-danger", "data-remove": path }, icon("x", "sm"), label));
  }
}
