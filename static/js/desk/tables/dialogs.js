/** What is asked before columns change places, and before rows are pasted. */
import { h } from "../../dom.js";
import { fill, gettext } from "../../i18n.js";

/** Opens a dialog of these nodes; resolves with whether it was confirmed. */
function ask(title, okay, ...body) {
  const close = (value) => () => dialog.close(value);
  const form = h(
    "form",
    { method: "dialog" },
    h("div", { class: "sheet-head" }, h("h2", { id: "table-dialog-title" }, title)),
    h("div", { class: "sheet-body" }, body),
    h("div", { class: "sheet-foot" }, h("button", { class: "btn", type: "button", onclick: close("") }, gettext("Cancel")), h("button", { class: "btn btn-primary", type: "submit", value: "ok" }, okay)),
  );
  const dialog = h("dialog", { class: "sheet", id: "table-dialog", "aria-labelledby": "table-dialog-title" }, form);
  document.body.append(dialog);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "ok");
      dialog.remove();
    });
    dialog.showModal();
    dialog.querySelector("select, textarea").focus();
  });
}

/** Where the cells of each column belong: {name: name or null} of those that change; null where nothing was said. */
export async function askColumns(model) {
  const selects = model.columns.map((column) => {
    const options = [...model.columns.map(({ name, label }) => h("option", { value: name }, label)), h("option", { value: "" }, gettext("nowhere: clear it"))];
    const select = h("select", { class: "form-select", id: `map-${column.name}`, "data-map": column.name }, options);
    select.value = column.name;
    return select;
  });
  const rows = model.columns.map((column, index) =>
    h("div", { class: "map-row" }, h("label", { class: "form-label", for: `map-${column.name}` }, fill(gettext("What stands in {label} belongs to"), { label: column.label })), selects[index], h("span", { class: "muted small" }, sample(model, index))),
  );
  const isSure = await ask(gettext("Put columns in their right places"), gettext("Move them"), ...rows);
  if (!isSure) return null;
  const changed = selects.filter((select) => select.value !== select.dataset.map);
  return Object.fromEntries(changed.map((select) => [select.dataset.map, select.value || null]));
}

function sample(model, index) {
  const texts = model.order.map((id) => model.rows.get(id).cells[index].input.value).filter(Boolean);
  return texts.slice(0, 3).join(" · ");
}

/** {text, isHere}: from the cell at hand on, else behind the last row; null where nothing was said. */
export async function askPaste(model, cell) {
  const text = h("textarea", { class: "form-control", id: "paste-text", rows: 6, required: true, spellcheck: "false" });
  const where = h("select", { class: "form-select", id: "paste-where" }, cell ? h("option", { value: "here" }, fill(gettext("From the cell at hand on ({name})"), { name: model.nameOf(cell) })) : null, h("option", { value: "end" }, gettext("As new rows behind the last")));
  const isSure = await ask(
    gettext("Paste rows of a spreadsheet"),
    gettext("Paste"),
    h("p", { class: "muted" }, fill(gettext("Columns in the order of the table, or with their names in the first line: {names}."), { names: model.columns.map(({ label }) => label).join(", ") })),
    h("label", { class: "form-label", for: "paste-text" }, gettext("Rows")),
    text,
    h("label", { class: "form-label", for: "paste-where" }, gettext("Where")),
    where,
  );
  return isSure && text.value.trim() ? { text: text.value, isHere: where.value === "here" } : null;
}
