/** A table on the desk, apart from how it looks: columns, rows in order, and a cell for each column of each row. */
import { fill, gettext } from "../../i18n.js";

/** What a cell is without what the server left out because it says nothing. */
const EMPTY = { text: "", reasons: [], notes: [], candidates: [], page: null, polygon: null, span: null, was_touched: false };

export class TableModel {
  /** `view`: as `table_views` gives it. `states`: {state: [tone, icon, words]}. */
  constructor(view, states) {
    const { name, label, decimal, side_words: sideWords, columns } = view;
    Object.assign(this, { name, label, decimal, sideWords, columns, states });
    this.rows = new Map();
    this.take(view);
  }

  /** Takes the table as it is now; rows that the view leaves out are as they were. Gives the cells that are otherwise. */
  take({ order, rows, totals, products, completeness }) {
    Object.assign(this, { totals, products, completeness });
    const fresh = Object.entries(rows).flatMap(([id, cells]) => this.#takeRow(id, cells));
    this.order = order.filter((id) => this.rows.has(id));
    for (const id of [...this.rows.keys()]) if (!order.includes(id)) this.rows.delete(id);
    this.numbers = new Map(this.order.map((id, index) => [id, index + 1]));
    return fresh;
  }

  #takeRow(id, cells) {
    const known = this.rows.get(id);
    const row = known ?? { id, cells: [] };
    cells.forEach((cell, index) => {
      const [tone, icon, words] = this.states[cell.state];
      const seen = { ...EMPTY, ...cell, tone, icon, state_label: words };
      if (known) row.cells[index].fresh = seen;
      else row.cells.push(this.#cell(seen, row, index));
    });
    this.rows.set(id, row);
    return row.cells;
  }

  #cell(seen, row, index) {
    const column = this.columns[index];
    return { ...seen, is_cell: true, name: column.name, label: column.label, is_required: column.is_required, row: row.id, column: index, table: this, fresh: null };
  }

  /** All cells, row by row. */
  get cells() {
    return this.order.flatMap((id) => this.rows.get(id).cells);
  }

  indexOf(rowId) {
    return (this.numbers.get(rowId) ?? 0) - 1;
  }

  rowAt(index) {
    return this.rows.get(this.order[index]);
  }

  columnNamed(name) {
    return this.columns.findIndex((column) => column.name === name);
  }

  /** How screen readers say a cell. */
  nameOf(cell) {
    return fill(gettext("{label}, row {n}"), { label: cell.label, n: this.numbers.get(cell.row) });
  }

  /** How wide each column is, in characters: its longest text, within bounds. */
  get widths() {
    return this.columns.map((column, index) => {
      const texts = [column.label, ...column.choices, ...this.order.slice(0, 400).map((id) => this.rows.get(id).cells[index].text)];
      return Math.min(44, Math.max(9, ...texts.map((text) => text.length + 4)));
    });
  }
}
