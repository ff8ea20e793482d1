/** What a document type has, as a list of buttons: fields, tables with their columns, checks. */
import { h, icon } from "../dom.js";
import { gettext } from "../i18n.js";
import { callIn } from "./rules.js";

/** The number of problems at a path and below it. */
export function countBelow(problems, path) {
  return problems.filter((one) => one.path === path || one.path.startsWith(`${path}/`)).length;
}

/** Problems of the type itself: of none of its fields, tables and checks. */
export function ofWhole(problems) {
  return problems.filter((one) => !/^(fields|tables|checks)\/\d/.test(one.path));
}

export class Outline {
  constructor({ root, model, vocabulary, problems }) {
    Object.assign(this, { root, model, vocabulary, problems });
  }

  draw(chosen) {
    const { fields, tables, checks } = this.model.definition;
    this.root.replaceChildren(
      this.#entry("", gettext("The whole type"), "", chosen, ofWhole(this.problems()).length),
      this.#group(gettext("Fields"), "fields", fields.map((field, number) => this.#field(`fields/${number}`, field, chosen))),
      this.#group(gettext("Tables"), "tables", tables.map((table, number) => this.#table(`tables/${number}`, table, chosen))),
      this.#group(gettext("Checks"), "checks", checks.map((check, number) => this.#check(`checks/${number}`, check, chosen))),
    );
  }

  #group(title, list, entries) {
    const add = { fields: gettext("Add a field"), tables: gettext("Add a table"), checks: gettext("Add a check") }[list];
    return h("section", { class: "outline-group" },
      h("div", { class: "outline-head" }, h("h2", {}, title), h("button", { type: "button", class: "btn btn-sm", "data-add": list, title: add }, icon("plus", "sm"), h("span", { class: "visually-hidden" }, add))),
      entries.length ? h("ul", {}, entries.map((entry) => h("li", {}, entry))) : null);
  }

  #entry(path, label, note, chosen, count, ...marks) {
    const isChosen = path === chosen;
    const warning = count ? h("span", { class: "outline-problem", title: gettext("Something is missing here") }, icon("alert-triangle", "sm"), h("span", { class: "visually-hidden" }, gettext("Something is missing here"))) : null;
    return h("button", { type: "button", class: "outline-entry", "data-path": path, "aria-current": isChosen ? "true" : null }, h("span", { class: "ellipsis" }, label), marks, note ? h("span", { class: "outline-note" }, note) : null, warning);
  }

  #field(path, field, chosen) {
    const type = this.vocabulary.types.find((one) => one.value === field.type);
    const required = field.is_required ? h("span", { class: "outline-mark", title: gettext("required") }, "*") : null;
    return this.#entry(path, field.label || field.name || gettext("New field"), type?.label, chosen, countBelow(this.problems(), path), required);
  }

  #table(path, table, chosen) {
    const own = this.problems().filter((one) => !one.path.startsWith(`${path}/columns/`));
    const columns = table.columns.map((column, number) => h("li", {}, this.#field(`${path}/columns/${number}`, column, chosen)));
    return [
      this.#entry(path, table.label || table.name || gettext("New table"), gettext("table"), chosen, countBelow(own, path)),
      h("ul", {}, columns, h("li", {}, h("button", { type: "button", class: "outline-entry outline-add", "data-add": `${path}/columns` }, icon("plus", "sm"), gettext("Add a column")))),
    ];
  }

  #check(path, check, chosen) {
    const call = callIn(check.rule, this.vocabulary.checks.map((one) => one.value));
    const kind = this.vocabulary.checks.find((one) => one.value === (call?.kind ?? "expression"));
    const said = call ? call.fields.filter(Boolean).join(", ") : check.rule;
    return this.#entry(path, kind.label, said, chosen, countBelow(this.problems(), path));
  }
}
