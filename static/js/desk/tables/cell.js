/** What a cell looks like: its entry, its state, what there is to say of it. */
import { h, icon } from "../../dom.js";
import { fill, gettext } from "../../i18n.js";

/** Makes the node of a cell and keeps it: a row that leaves the view takes it along, with what was typed in it. */
export function makeCell(cell, reveal) {
  const why = `why-${cell.id}`;
  const input = cell.table.columns[cell.column].choices.length ? choices(cell, why) : entry(cell, why);
  const focus = input.focus;
  input.focus = (options) => {
    reveal(cell);
    focus.call(input, options);
  };
  const words = `${cell.state_label} ${cell.reasons.join(" · ")}`;
  const node = h(
    "div",
    { class: `desk-cell tone-${cell.tone}`, "data-field": cell.id, "data-state": cell.state },
    input,
    h("span", { class: "field-state", "data-state-icon": true, title: [words, ...cell.notes].join(" ") }, icon(cell.icon, "sm")),
    h("span", { class: "visually-hidden", "data-notes": true, hidden: !cell.notes.length }, cell.notes.join(" ")),
    h("span", { class: "visually-hidden", id: why, "data-why": true }, words),
  );
  Object.assign(cell, { node, input });
  return cell;
}

function entry(cell, why) {
  const input = h("input", { class: "form-control", dir: "auto", "data-input": true, autocomplete: "off", spellcheck: "false", "aria-describedby": why });
  input.value = cell.text;
  return input;
}

function choices(cell, why) {
  const known = cell.table.columns[cell.column].choices;
  const other = cell.text && !known.includes(cell.text) ? [unlisted(cell.text)] : [];
  const select = h("select", { class: "form-select", "data-input": true, "aria-describedby": why }, other, h("option", { value: "" }, "–"), known.map((choice) => h("option", { value: choice }, choice)));
  select.value = cell.text;
  return select;
}
