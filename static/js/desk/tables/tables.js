/** The tables of the document on the desk: rows and columns by keys and buttons, sums while somebody types, undo across reloads. */
import { announce, h, readJson } from "../../dom.js";
import { gettext } from "../../i18n.js";
import { postJson } from "../../session.js";
import { setText } from "../controls.js";
import { isOpen, showState } from "../field_state.js";
import { keymap } from "../keys.js";
import { askColumns, askPaste } from "./dialogs.js";
import { TableModel } from "./model.js";
import { numberOf } from "./totals.js";
import { TableView } from "./view.js";

/** name, usual keys, what it is called, and what the button says; without a word there is no button. */
const TOOLS = [
  ["add", ["Alt+Enter"], gettext("Add a row below"), gettext("Add")],
  ["add_above", ["Alt+Shift+Enter"], gettext("Add a row above"), ""],
  ["remove", ["Alt+Delete"], gettext("Remove the row, or the chosen rows"), gettext("Remove")],
  ["split", ["Alt+K"], gettext("Split the row: at the cursor, or where the second printed line begins"), gettext("Split")],
  ["merge", ["Alt+J"], gettext("Merge the row with the next one, or the chosen rows"), gettext("Merge")],
  ["up", ["Alt+ArrowUp"], gettext("Move the row up, or the chosen rows"), "↑"],
  ["down", ["Alt+ArrowDown"], gettext("Move the row down, or the chosen rows"), "↓"],
  ["fill_down", ["Alt+D"], gettext("Fill down: the cell above, or in the chosen rows that of the first"), gettext("Fill down")],
  ["fill_empty", ["Alt+E"], gettext("Put this text into every empty cell of the column"), gettext("Fill empty")],
  ["columns", ["Alt+M"], gettext("Put columns in their right places"), gettext("Columns…")],
  ["paste", ["Alt+V"], gettext("Paste rows of a spreadsheet (Ctrl V in a cell does it too)"), gettext("Paste…")],
  ["undo", ["Alt+Z"], gettext("Undo what was done last, in a field or in a table"), gettext("Undo")],
  ["redo", ["Alt+Shift+Z"], gettext("Do again the change of rows or columns that was undone"), gettext("Redo")],
  ["choose_up", ["Alt+Shift+ArrowUp"], gettext("Choose the row above too"), ""],
  ["choose_down", ["Alt+Shift+ArrowDown"], gettext("Choose the row below too"), ""],
];

const inTable = (event) => Boolean(event.target.closest?.("[data-table]"));

export class DeskTables {
  #queue = Promise.resolve();

  constructor(desk) {
    this.desk = desk;
    const data = readJson("tables-data");
    this.urls = data.urls;
    this.place = document.getElementById("desk-tables");
    this.views = data.tables.map((table) => this.#view(new TableModel(table, data.states)));
    this.place?.append(...this.views.map((view) => view.node));
    this.#listen();
    desk.fields.setCells(this.cells);
    for (const view of this.views) view.refresh({ isSaved: true });
  }

  /** Folds or unfolds them; a cell that gets the focus unfolds its table by itself. */
  toggle() {
    for (const view of this.views) view.toggle();
  }

  get cells() {
    return this.views.flatMap((view) => view.model.cells);
  }

  #view(model) {
    const tools = TOOLS.filter(([, , , word]) => word).map(([name, , label, word], index) =>
      h("button", { class: "btn btn-sm btn-quiet", type: "button", "data-tool": name, "aria-label": label, title: label, tabindex: index ? "-1" : "0" }, word),
    );
    return new TableView(model, { signal: this.desk.signal, tools, printedOf: (name) => this.#printed(name, model), isOpen });
  }

  /** The number that a field of the document has now, as typed. */
  #printed(name, model) {
    const field = this.desk.fields.fields.find((one) => !one.is_cell && one.name === name);
    return field ? numberOf(field, model) : null;
  }

  #listen() {
    const { signal } = this.desk;
    document.getElementById("content").addEventListener("input", () => this.changed(), { signal });
    if (!this.place) return;
    this.place.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.place.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.place.addEventListener("paste", (event) => this.#pasted(event), { signal });
  }

  changed() {
    for (const view of this.views) view.changed();
  }

  #clicked(event) {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    if (tool) this.run(tool, event);
  }

  /** Up and down walk through a column; in the tools, left and right walk through the buttons. */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const tool = event.target.closest("[data-tool]");
    const by = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    if (tool) return this.#walkTools(event, tool, by);
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || event.target.tagName !== "INPUT") return;
    const cell = this.#cellAt(event.target);
    const next = cell && cell.table.rowAt(cell.table.indexOf(cell.row) + by);
    if (!next) return;
    event.preventDefault();
    next.cells[cell.column].input.focus();
  }

  #walkTools(event, tool, by) {
    const tools = [...tool.parentNode.children];
    const next = tools[tools.indexOf(tool) + by];
    if (!next) return;
    event.preventDefault();
    tool.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  #cellAt(target) {
    const field = this.desk.fields.byId.get(target?.closest?.("[data-field]")?.dataset.field);
    return field?.table ? field : null;
  }

  /** Several lines or columns are rows of a spreadsheet; one text is a text. */
  #pasted(event) {
    const text = event.clipboardData.getData("text/plain");
    const cell = this.#cellAt(event.target);
    if (!cell || this.desk.isReadonly || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    this.#edit(this.#viewOf(cell.table), { action: "paste", text, row: cell.row, column: cell.table.columns[cell.column].name }, { cell });
  }

  #viewOf(model) {
    return this.views.find((view) => view.model === model);
  }

  /** The table and cell at hand: those of the focus, else the last cell that had it. */
  #atHand(event) {
    const { active } = this.desk.fields;
    const name = event?.target?.closest?.("[data-table]")?.dataset.table ?? active?.table?.name;
    const view = this.views.find((one) => one.model.name === name) ?? this.views[0];
    return { view, cell: active?.table === view?.model && view?.model.rows.has(active.row) ? active : null };
  }

  /** Does what a tool or a key says, one after the other. */
  run(tool, event) {
    if (this.desk.isReadonly) return announce(gettext("This document is read only."));
    const { view, cell } = this.#atHand(event);
    if (!view) return announce(gettext("This document has no table."));
    const rows = view.chosen.length ? view.chosen : cell ? [cell.row] : [];
    if (!rows.length && !["add", "columns", "paste", "undo", "redo"].includes(tool)) return announce(gettext("Choose a row first."));
    return this[`_${tool}`](view, cell, rows);
  }

  _add(view, cell, rows) {
    const { model } = view;
    const last = rows.length ? Math.max(...rows.map((id) => model.indexOf(id))) : model.order.length - 1;
    return this.#add(view, model.order[last + 1] ?? null, cell);
  }

  _add_above(view, cell, rows) {
    return this.#add(view, view.model.order[Math.min(...rows.map((id) => view.model.indexOf(id)))], cell);
  }

  async #add(view, before, cell) {
    const place = before ? view.model.indexOf(before) : view.model.order.length;
    if (await this.#edit(view, { action: "add_rows", count: 1, before })) view.model.rowAt(place).cells[cell?.column ?? 0].input.focus();
  }

  async _remove(view, cell, rows) {
    const place = Math.min(...rows.map((id) => view.model.indexOf(id)));
    if (!(await this.#edit(view, { action: "remove_rows", rows }))) return;
    const next = view.model.rowAt(Math.min(place, view.model.order.length - 1));
    if (next) next.cells[cell?.column ?? 0].input.focus();
    else view.fold.focus();
  }

  _split(view, cell, [row]) {
    const offset = cell?.row === row && cell.input.selectionStart === cell.input.selectionEnd ? cell.input.selectionStart : null;
    const isInside = offset && offset < cell.input.value.length;
    const place = isInside ? { column: view.model.columns[cell.column].name, offset } : {};
    return this.#edit(view, { action: "split_row", row, ...place }, { cell });
  }

  _merge(view, cell, rows) {
    const { model } = view;
    const next = model.order[model.indexOf(rows[0]) + 1];
    const wanted = rows.length > 1 ? rows : [rows[0], next].filter(Boolean);
    return this.#edit(view, { action: "merge_rows", rows: wanted }, { cell });
  }

  _up(view, cell, rows) {
    const first = Math.min(...rows.map((id) => view.model.indexOf(id)));
    return first > 0 ? this.#edit(view, { action: "move_rows", rows, before: view.model.order[first - 1] }, { cell, keepsRows: true }) : announce(gettext("It is the first row."));
  }

  _down(view, cell, rows) {
    const last = Math.max(...rows.map((id) => view.model.indexOf(id)));
    if (last === view.model.order.length - 1) return announce(gettext("It is the last row."));
    return this.#edit(view, { action: "move_rows", rows, before: view.model.order[last + 2] ?? null }, { cell, keepsRows: true });
  }

  _fill_down(view, cell, rows) {
    const { model } = view;
    const above = model.order[model.indexOf(rows[0]) - 1];
    const wanted = rows.length > 1 ? rows : [above, rows[0]].filter(Boolean);
    const columns = cell ? [model.columns[cell.column].name] : model.columns.map((column) => column.name);
    return this.#edit(view, { action: "fill_down", columns, rows: wanted }, { cell });
  }

  _fill_empty(view, cell, rows) {
    const text = cell?.input.value.trim();
    if (!text) return announce(gettext("Type the text into one cell first."));
    const only = view.chosen.length ? { rows } : {};
    return this.#edit(view, { action: "fill", column: view.model.columns[cell.column].name, text, ...only }, { cell });
  }

  async _columns(view, cell) {
    const mapping = await askColumns(view.model);
    if (mapping && Object.keys(mapping).length) await this.#edit(view, { action: "map_columns", mapping, ...(view.chosen.length ? { rows: view.chosen } : {}) }, { cell });
    else cell?.input.focus();
  }

  async _paste(view, cell) {
    const asked = await askPaste(view.model, cell);
    if (!asked) return cell?.input.focus();
    const place = asked.isHere ? { row: cell.row, column: view.model.columns[cell.column].name } : { row: null };
    return this.#edit(view, { action: "paste", text: asked.text, ...place }, { cell });
  }

  /** What is typed is saved first: it was done last. */
  async _undo() {
    const refused = await this.desk.fields.saveAll();
    return refused ? this.desk.focusField(refused) : this.desk.undo();
  }

  /** When no change of a table is under way. */
  get settled() {
    return this.#queue;
  }

  /** Takes the answer to an undo that was about a table. */
  undone(answer) {
    const { active } = this.desk.fields;
    this.take(answer);
    this.desk.say("");
    announce(gettext("Undone."));
    if (!active?.table) return;
    (active.table.rows.has(active.row) ? active : active.table.rowAt(0)?.cells[0])?.input.focus();
  }

  _redo(view, cell) {
    return this.#send(() => postJson(this.urls.redo), gettext("Done again."), { cell });
  }

  _choose_up(view, cell, rows) {
    view.extend(rows[0], -1);
  }

  _choose_down(view, cell, rows) {
    view.extend(rows[0], 1);
  }

  #edit(view, change, { cell = null, keepsRows = false } = {}) {
    const url = this.urls.edit.replace("/tables/table/", `/tables/${encodeURIComponent(view.model.name)}/`);
    return this.#send(() => postJson(url, change), gettext("Done."), { cell, keepsRows });
  }

  /** What is typed is saved first, so that the change is made of what is seen. Gives whether it was done. */
  #send(ask, words, { cell = null, keepsRows = false } = {}) {
    const done = this.#queue.then(async () => {
      const refused = await this.desk.fields.saveAll();
      if (refused) return this.desk.focusField(refused);
      try {
        this.take(await ask(), { keepsRows });
        this.desk.say("");
        announce(words);
        if (cell) (cell.table.rows.has(cell.row) ? cell : cell.table.rowAt(0)?.cells[0])?.input.focus();
        return true;
      } catch (failure) {
        if (!failure.status) throw failure;
        this.desk.say(failure.message);
        announce(failure.message);
        return false;
      }
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  /** Takes the answer to a change: rows that changed, other fields of which checks say something else, all checks. */
  take({ table, fields, ...checks }, { keepsRows = false } = {}) {
    const view = this.views.find((one) => one.model.name === table.name);
    const fresh = view.take(table);
    if (!keepsRows) view.chosen = [];
    this.desk.fields.setCells(this.cells);
    for (const cell of fresh) if (cell.fresh) this.#refresh(cell);
    for (const field of fields) this.desk.fields.restate(field);
    view.refresh({ isSaved: true });
    this.desk.fields.onChange(checks);
  }

  #refresh(cell) {
    Object.assign(cell, cell.fresh, { saved: cell.fresh.text, shown: cell.fresh.text, chosen: null, steps: [], isFilled: false, fresh: null });
    setText(cell.input, cell.text);
    cell.input.removeAttribute("aria-invalid");
    showState(cell);
  }
}

let current = null;

/** Called for each desk that opens. */
export function openTables(desk) {
  registerKeys();
  current = desk.tables = desk.data.is_blind ? null : new DeskTables(desk);
  return () => (current = null);
}

/** After the desk's own actions: of two with the same keys the later one is asked first, and these hold inside a table only. */
function registerKeys() {
  keymap.register(
    ...TOOLS.map(([name, keys, label]) => ({
      name: `table.${name}`,
      keys,
      group: gettext("Tables"),
      label,
      when: inTable,
      run: (event) => current?.run(name, event),
    })),
    {
      name: "table.unchoose",
      keys: ["Escape"],
      group: gettext("Tables"),
      label: gettext("Choose no row any more"),
      when: (event) => inTable(event) && Boolean(current?.views.some((view) => view.chosen.length)),
      run: () => current.views.forEach((view) => view.chosen.length && view.choose([])),
    },
  );
}
