/** The rows of a table in sight, and no others: 300 rows cost what twenty do. The focused row stays, wherever it is. */
import { h } from "../../dom.js";
import { fill, gettext } from "../../i18n.js";

const ROW = 37; // CSS pixels; desk_tables.css sets the same
const AROUND = 8; // rows that are drawn beyond the edge

export class TableGrid {
  #drawn = "";
  #frame = 0;

  /** `scroller` is what scrolls; `onRow(row, event)`: the number of a row was clicked. */
  constructor(model, scroller, { signal, onRow }) {
    Object.assign(this, { model, scroller, onRow });
    this.body = h("tbody", {});
    this.foot = h("tfoot", {});
    this.columns = h("colgroup", {});
    this.selected = new Set();
    this.table = h("table", { class: "grid-table desk-grid", "aria-label": model.label }, this.columns, this.#head(), this.body, this.foot);
    this.lines = new Map();
    scroller.addEventListener("scroll", () => this.#schedule(), { signal, passive: true });
    window.addEventListener("resize", () => this.#schedule(), { signal });
    this.table.addEventListener("focusin", () => this.#schedule());
  }

  #head() {
    const heads = this.model.columns.map((column) => h("th", { scope: "col", class: column.is_numeric ? "num" : null }, column.label));
    return h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "num" }, "#"), heads));
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.draw();
    });
  }

  /** After rows came, went or moved. */
  refresh() {
    const widths = [5, ...this.model.widths];
    this.columns.replaceChildren(...widths.map((width) => {
      const column = h("col", {});
      column.style.width = `${width}ch`;
      return column;
    }));
    this.table.style.minWidth = `${widths.reduce((all, width) => all + width, 0)}ch`;
    this.table.setAttribute("aria-rowcount", String(this.model.order.length + 1));
    for (const id of [...this.lines.keys()]) if (!this.model.rows.has(id)) this.lines.delete(id);
    this.#drawn = "";
    this.draw();
  }

  /** Which rows are to be there: those in sight, and the one that has the focus. */
  #wanted() {
    const count = this.model.order.length;
    const top = this.scroller.scrollTop - this.table.offsetTop;
    const height = this.scroller.clientHeight || 400;
    const first = Math.max(0, Math.min(count - 1, Math.floor(top / ROW)) - AROUND);
    const last = Math.min(count, Math.ceil((top + height) / ROW) + AROUND);
    const focused = this.model.indexOf(document.activeElement?.closest?.("[data-row]")?.dataset.row);
    const indexes = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
    return focused >= 0 && (focused < first || focused >= last) ? [...indexes, focused].sort((a, b) => a - b) : indexes;
  }

  draw() {
    const wanted = this.#wanted();
    const key = wanted.join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    const nodes = [];
    let reached = 0;
    for (const index of wanted) {
      if (index > reached) nodes.push(spacer(index - reached));
      nodes.push(this.#line(index));
      reached = index + 1;
    }
    if (reached < this.model.order.length) nodes.push(spacer(this.model.order.length - reached));
    this.#put(nodes);
  }

  /** Only what changes is moved: a node that is taken out and put back loses the focus. */
  #put(nodes) {
    const kept = new Set(nodes);
    for (const node of [...this.body.children]) if (!kept.has(node)) node.remove();
    nodes.forEach((node, index) => {
      const there = this.body.children[index];
      if (there === node) return;
      if (node.contains(document.activeElement)) {
        while (this.body.children[index] !== node) this.body.append(this.body.children[index]);
      } else this.body.insertBefore(node, there ?? null);
    });
  }

  #line(index) {
    const row = this.model.rowAt(index);
    if (!this.lines.has(row.id)) this.lines.set(row.id, this.#makeLine(row));
    const line = this.lines.get(row.id);
    const number = String(index + 1);
    const button = line.firstChild.firstChild;
    line.setAttribute("aria-rowindex", String(index + 2));
    line.classList.toggle("is-chosen", this.selected.has(row.id));
    button.setAttribute("aria-pressed", String(this.selected.has(row.id)));
    if (button.textContent !== number) {
      button.textContent = number;
      button.setAttribute("aria-label", fill(gettext("Row {n}"), { n: number }));
      for (const cell of row.cells) cell.input.setAttribute("aria-label", this.model.nameOf(cell));
    }
    return line;
  }

  #makeLine(row) {
    const number = h("button", { type: "button", class: "row-number", tabindex: "-1", onclick: (event) => this.onRow(row, event) });
    return h("tr", { "data-row": row.id }, h("td", { class: "num muted" }, number), row.cells.map((cell) => h("td", {}, cell.node)));
  }

  /** The row of the cell is drawn and in sight. */
  reveal(cell) {
    const index = this.model.indexOf(cell.row);
    if (index < 0) return;
    if (!this.body.contains(cell.node)) {
      const top = this.table.offsetTop + index * ROW;
      const { scrollTop, clientHeight } = this.scroller;
      if (top < scrollTop + 2 * ROW || top + 3 * ROW > scrollTop + clientHeight) this.scroller.scrollTop = Math.max(0, top - clientHeight / 2);
      this.draw();
    }
    if (!this.body.contains(cell.node)) this.#drawn = "";
    if (!this.body.contains(cell.node)) this.#put([...this.body.children, this.#line(index)]);
  }

  /** Chosen rows are marked. */
  choose(ids) {
    this.selected = new Set(ids);
    this.#drawn = "";
    this.draw();
  }

  showFoot(cells) {
    this.foot.replaceChildren(h("tr", {}, h("td", { class: "num muted" }, "Σ"), cells));
  }
}

function spacer(rows) {
  const cell = h("td", { colspan: "99", "aria-hidden": "true" });
  cell.style.height = `${rows * ROW}px`;
  return h("tr", { class: "row-space", "aria-hidden": "true" }, cell);
}
