/** One table on the desk: its head with what there is to say of it, its tools, its rows and its sums. */
import { announce, h, icon } from "../../dom.js";
import { fill, formatNumber, gettext, ngettext } from "../../i18n.js";
import { makeCell } from "./cell.js";
import { TableGrid } from "./grid.js";
import { totalsOf, wrongProducts } from "./totals.js";

const SAY_AFTER = 900; // ms: screen readers hear of a sum where typing rests

export class TableView {
  #saying = null;
  #said = "";
  #settled = new Map();

  /** `tools`: nodes for the head; `printedOf(name)` gives a field's number; `isOpen(cell)`: a person has to look at it. */
  constructor(model, { signal, tools, printedOf, isOpen }) {
    Object.assign(this, { model, printedOf, isOpen });
    this.chosen = [];
    this.isUnfolded = null; // nobody has said so
    this.isNew = true;
    this.scroller = h("div", { class: "desk-scroll", "data-scroll": true });
    this.grid = new TableGrid(model, this.scroller, { signal, onRow: (row, event) => this.#clicked(row, event) });
    for (const cell of model.cells) makeCell(cell, (one) => this.reveal(one));
    this.scroller.append(this.grid.table);
    this.count = h("span", { class: "muted", "data-count": true });
    this.warning = h("span", { class: "pill tone-warn", "data-complete": true, hidden: true });
    this.sums = h("span", { class: "table-sums", "data-sums": true });
    this.fold = h("button", { class: "btn btn-sm btn-quiet table-fold", type: "button", onclick: () => this.toggle() });
    const crop = h("canvas", { class: "table-crop", "data-crop": true, hidden: true, width: 1, height: 1, role: "img", "aria-label": gettext("The cell on the page") });
    this.tools = h("div", { class: "table-tools", role: "toolbar", "aria-label": fill(gettext("Rows and columns of {label}"), { label: model.label }) }, tools);
    this.node = h(
      "section",
      { class: "panel desk-table", "data-table": model.name, "aria-label": model.label },
      h("div", { class: "panel-head table-head" }, h("h2", {}, this.fold), this.count, this.warning, this.sums, crop, this.tools),
      this.scroller,
    );
  }

  /** Takes what the server says of the table now; gives the cells that are otherwise, new ones with their nodes. */
  take(view) {
    const fresh = this.model.take(view);
    for (const cell of fresh) if (!cell.node) makeCell(cell, (one) => this.reveal(one));
    return fresh;
  }

  /** After a change of the rows; `isSaved`: what the server says of sums holds for what is shown. */
  refresh({ isSaved = false } = {}) {
    if (isSaved) this.#settle();
    this.chosen = this.chosen.filter((id) => this.model.rows.has(id));
    this.grid.selected = new Set(this.chosen);
    this.changed();
    this.grid.refresh();
  }

  /** What was typed or saved in a cell may change sums, products and whether a person has to look. */
  changed() {
    const { model } = this;
    const totals = totalsOf(model, this.printedOf, this.#settled);
    const isDoubtful = model.cells.some(this.isOpen) || model.completeness.warnings.length > 0 || totals.some((total) => !total.isRight);
    this.#showCount();
    this.#showSums(totals);
    this.#showProducts();
    const isAtWork = !this.isNew && !this.scroller.hidden; // nothing is folded under somebody's hands
    this.#unfold(this.isUnfolded ?? (isDoubtful || isAtWork));
    this.isNew = false;
  }

  #settle() {
    this.#settled.clear();
    const totals = totalsOf(this.model, this.printedOf);
    for (const total of totals) if (total.difference && this.model.totals.find(({ column }) => column === total.column).is_passed) this.#settled.set(total.column, total.difference);
  }

  #showCount() {
    const { rows, printed, warnings } = { ...this.model.completeness, rows: this.model.order.length };
    const text = ngettext("{n} row", "{n} rows", rows);
    this.count.textContent = printed === null ? fill(text, { n: rows }) : fill(gettext("{n} of {m} printed rows"), { n: rows, m: printed });
    this.warning.hidden = !warnings.length;
    this.warning.replaceChildren(icon("alert-triangle"), warnings.join(" "));
  }

  #showSums(totals) {
    const byColumn = new Map(totals.map((total) => [total.index, total]));
    this.grid.showFoot(this.model.columns.map((_, index) => footCell(byColumn.get(index))));
    const compared = totals.filter(({ difference }) => difference !== null);
    this.sums.replaceChildren(...compared.map((total) => h("span", { class: `table-sum tone-${total.isRight ? "ok" : "bad"}`, "data-right": String(total.isRight) }, icon(total.isRight ? "check" : "alert-triangle", "sm"), sumText(this.model, total))));
    this.#say(this.sums.textContent);
  }

  #say(text) {
    clearTimeout(this.#saying);
    if (!this.#said || text === this.#said) return void (this.#said ||= text);
    this.#saying = setTimeout(() => {
      this.#said = text;
      announce(text);
    }, SAY_AFTER);
  }

  #showProducts() {
    for (const id of this.model.order) {
      const row = this.model.rows.get(id);
      const wrong = new Map(this.model.products.length ? wrongProducts(this.model, row).map(({ index, expected }) => [index, expected]) : []);
      row.cells.forEach((cell, index) => {
        if (!cell.isOff && !wrong.has(index)) return;
        cell.isOff = wrong.has(index);
        cell.node.classList.toggle("is-off", cell.isOff);
        cell.input.title = cell.isOff ? fill(gettext("By the other columns it would be {amount}"), { amount: amount(wrong.get(index)) }) : "";
      });
    }
  }

  toggle() {
    this.isUnfolded = this.scroller.hidden;
    this.#unfold(this.isUnfolded);
  }

  #unfold(isUnfolded) {
    this.scroller.hidden = !isUnfolded;
    this.tools.hidden = !isUnfolded;
    this.node.classList.toggle("is-folded", !isUnfolded);
    this.fold.setAttribute("aria-expanded", String(isUnfolded));
    this.fold.replaceChildren(icon("chevron-right", "sm"), this.model.label);
    if (isUnfolded) this.grid.draw();
  }

  reveal(cell) {
    if (this.scroller.hidden) {
      this.isUnfolded = true;
      this.#unfold(true);
    }
    this.grid.reveal(cell);
  }

  /** Chooses rows: with Shift up to the clicked one, with Ctrl one more. */
  #clicked(row, event) {
    const last = this.model.indexOf(this.chosen.at(-1) ?? row.id);
    const here = this.model.indexOf(row.id);
    const run = this.model.order.slice(Math.min(last, here), Math.max(last, here) + 1);
    if (event.shiftKey) this.choose(run);
    else if (event.ctrlKey || event.metaKey) this.choose(this.chosen.includes(row.id) ? this.chosen.filter((id) => id !== row.id) : [...this.chosen, row.id]);
    else this.choose(this.chosen.length === 1 && this.chosen[0] === row.id ? [] : [row.id]);
  }

  choose(ids) {
    this.chosen = ids;
    this.grid.choose(ids);
    announce(ids.length ? fill(ngettext("{n} row is chosen.", "{n} rows are chosen.", ids.length), { n: ids.length }) : gettext("No row is chosen."));
  }

  /** Chooses one row more above or below those that are chosen; begins with `rowId`. */
  extend(rowId, by) {
    const chosen = this.chosen.length ? this.chosen : [rowId];
    const places = chosen.map((id) => this.model.indexOf(id));
    const next = this.model.order[by < 0 ? Math.min(...places) - 1 : Math.max(...places) + 1];
    this.choose(next ? [...chosen, next].sort((a, b) => this.model.indexOf(a) - this.model.indexOf(b)) : chosen);
  }
}

const amount = (number) => formatNumber(number, { minimumFractionDigits: 2, maximumFractionDigits: 6 });

function footCell(total) {
  if (!total) return h("td", {});
  const tone = total.difference === null ? "" : total.isRight ? "tone-ok" : "tone-bad";
  return h("td", { class: `num table-sum ${tone}` }, amount(total.sum));
}

function sumText(model, { index, sum, printed, difference, isRight, label }) {
  const values = { column: model.columns[index].label, sum: amount(sum), label, printed: amount(printed), difference: amount(Math.abs(difference)) };
  if (isRight && !difference) return fill(gettext("{column} {sum} = {label}"), values);
  if (isRight) return fill(gettext("{column} {sum}, {label} {printed}: explained"), values);
  return fill(difference > 0 ? gettext("{column} {sum} ≠ {label} {printed}: {difference} missing") : gettext("{column} {sum} ≠ {label} {printed}: {difference} too much"), values);
}
