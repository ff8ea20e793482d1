/** Tables and key–value pairs of a document, on demand: grids to look at and copy, and their places on the page. */
import { announce, copyText, h, icon } from "./dom.js";
import { fill, gettext, ngettext } from "./i18n.js";
import { getJson } from "./session.js";
import { polygonOf } from "./viewer/geometry.js";

export const placeOfBox = (page, [left, top, right, bottom]) => ({ page, polygon: polygonOf({ left, top, right, bottom }) });

/** Rows of texts; a cell over several places has its text in the first of them. */
export function linesOf(table) {
  const lines = Array.from({ length: table.rows }, () => Array(table.columns).fill(""));
  for (const cell of table.cells) lines[cell.row][cell.column] = cell.text;
  return lines;
}

/** As spreadsheets take it from the clipboard. */
export const asTabs = (table) => linesOf(table).map((line) => line.map((text) => text.replace(/\s+/g, " ")).join("\t")).join("\n");

/** Boxes for the viewer: the cells of all tables, then the values of all pairs. */
export function boxesOf({ tables, pairs }) {
  const cells = tables.flatMap((table) => table.cells.map((cell, index) => ({ id: `cell-${table.number}-${index}`, ...placeOfBox(cell.page, cell.box), tone: "idle", label: cell.text, is_cell: true })));
  const values = pairs.map((pair, index) => ({ id: `pair-${index}`, ...placeOfBox(pair.page, pair.value_box), tone: "run", label: `${pair.key}: ${pair.value}` }));
  return [...cells, ...values];
}

/** Which cell begins at each place of the grid; null where one from above or from the left covers it, undefined if empty. */
export function gridOf(table) {
  const grid = Array.from({ length: table.rows }, () => Array(table.columns).fill(undefined));
  for (const [index, cell] of table.cells.entries()) {
    for (let row = cell.row; row <= cell.last_row; row += 1) {
      for (let column = cell.column; column <= cell.last_column; column += 1) grid[row][column] = row === cell.row && column === cell.column ? index : null;
    }
  }
  return grid;
}

function cellNode(table, index, isHeader) {
  const tag = isHeader ? "th" : "td";
  if (index === undefined) return h(tag);
  const cell = table.cells[index];
  const spans = { rowspan: cell.last_row - cell.row + 1, colspan: cell.last_column - cell.column + 1, scope: isHeader ? "col" : null };
  return h(tag, spans, h("button", { class: "cell", type: "button", "data-place": `cell-${table.number}-${index}` }, cell.text));
}

function grid(table) {
  const rows = gridOf(table).map((places, row) => h("tr", {}, places.filter((index) => index !== null).map((index) => cellNode(table, index, row < table.header_rows))));
  const head = table.header_rows ? h("thead", {}, rows.slice(0, table.header_rows)) : null;
  return h("table", { class: "grid-table" }, head, h("tbody", {}, rows.slice(table.header_rows)));
}

function pagesOf({ first_page: first, last_page: last }) {
  return first === last ? fill(gettext("page {n}"), { n: first }) : fill(gettext("pages {first} to {last}"), { first, last });
}

async function copy(table) {
  await copyText(asTabs(table));
  announce(gettext("Copied."));
}

function tableNode(table) {
  const title = `${fill(gettext("Table {n}"), { n: table.number })}, ${pagesOf(table)}`;
  const rows = fill(ngettext("{n} row", "{n} rows", table.rows), { n: table.rows });
  return h(
    "section", { class: "layout-table" },
    h(
      "div", { class: "panel-head" }, h("h3", {}, `${title} `, h("span", { class: "muted" }, rows)),
      h("div", { class: "page-actions" },
        h("button", { class: "btn btn-sm btn-quiet", type: "button", onclick: () => copy(table) }, gettext("Copy")),
        ...Object.entries(table.files).map(([form, url]) => h("a", { class: "btn btn-sm btn-quiet", href: url, download: true }, icon("download", "sm"), form.toUpperCase()))),
    ),
    h("div", { class: "table-scroll", tabindex: 0, role: "group", "aria-label": title }, grid(table)),
  );
}

function pairsNode(pairs) {
  const items = pairs.map((pair, index) =>
    h("li", {}, h("button", { class: "layout-pair", type: "button", "data-place": `pair-${index}` }, h("span", { class: "muted" }, pair.key), h("span", {}, pair.value))));
  return [h("h3", {}, gettext("Labels and values")), h("ul", { class: "layout-pairs" }, items)];
}

/** Binds the panel; `viewer` shows the places, `boxes` are those of the fields, which come back when it is closed. */
export function bindLayout(panel, viewer, boxes) {
  const button = panel.querySelector("[data-layout-toggle]");
  const body = panel.querySelector("#layout-body");
  let places = null;

  async function load() {
    const found = await getJson(panel.dataset.url);
    const empty = h("p", { class: "muted" }, gettext("No tables were found."));
    panel.querySelector("[data-layout-tables]").replaceChildren(...(found.tables.length ? found.tables.map(tableNode) : [empty]));
    panel.querySelector("[data-layout-pairs]").replaceChildren(...(found.pairs.length ? pairsNode(found.pairs) : []));
    places = new Map(boxesOf(found).map((box) => [box.id, box]));
  }

  button.addEventListener("click", async () => {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    if (!isOpen && !places) await load();
    button.setAttribute("aria-expanded", String(!isOpen));
    body.hidden = isOpen;
    viewer.setBoxes(isOpen ? boxes : [...places.values()]);
  });
  panel.addEventListener("click", (event) => {
    const place = places?.get(event.target.closest("[data-place]")?.dataset.place);
    if (!place) return;
    viewer.focusOn(place);
    viewer.root.scrollIntoView({ block: "nearest" });
  });
  viewer.addEventListener("box", ({ detail: id }) => {
    const node = panel.querySelector(`[data-place="${id}"]`);
    node?.focus({ preventScroll: true });
    node?.scrollIntoView({ block: "nearest" });
    if (node) viewer.focusOn(places.get(id), { zoom: false });
  });
}
