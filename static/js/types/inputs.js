/** The inputs of the editor's forms: a label, a control, what is said of it, what is wrong with it. */
import { h } from "../dom.js";
import { gettext } from "../i18n.js";

let serial = 0;

export function row(label, control, { note, problems = [] } = {}) {
  serial += 1;
  control.id = `type-control-${serial}`;
  const said = [];
  if (note) said.push(h("p", { class: "form-note", id: `${control.id}-note` }, note));
  for (const [number, problem] of problems.entries()) said.push(h("p", { class: "form-problem", id: `${control.id}-problem-${number}` }, problem.text));
  if (said.length) control.setAttribute("aria-describedby", said.map((node) => node.id).join(" "));
  if (problems.length) control.setAttribute("aria-invalid", "true");
  return h("div", { class: "form-row" }, h("label", { class: "form-label", for: control.id }, label), control, said);
}

export function textInput(value, onInput, attributes = {}) {
  return h("input", { type: "text", class: "form-control", value, autocomplete: "off", spellcheck: "false", oninput: (event) => onInput(event.target.value), ...attributes });
}

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

export function linesInput(values, onInput, attributes = {}) {
  const area = h("textarea", { class: "form-control", rows: Math.min(8, Math.max(2, values.length + 1)), spellcheck: "false", oninput: (event) => onInput(lines(event.target.value)), ...attributes });
  area.value = values.join("\n");
  return area;
}

export function select(value, choices, onChange, attributes = {}) {
  const options = choices.map((one) => h("option", { value: one.value }, one.label));
  if (!choices.some((one) => one.value === value)) options.unshift(h("option", { value }, value || gettext("Choose")));
  const control = h("select", { class: "form-select", onchange: (event) => onChange(event.target.value), ...attributes }, options);
  control.value = value;
  return control;
}

export function flag(label, value, onChange, note) {
  serial += 1;
  const box = h("input", { type: "checkbox", class: "form-check-input", id: `type-control-${serial}`, onchange: (event) => onChange(event.target.checked) });
  box.checked = value;
  const said = note ? h("p", { class: "form-note", id: `${box.id}-note` }, note) : null;
  if (said) box.setAttribute("aria-describedby", said.id);
  return h("div", { class: "form-row form-row-check" }, h("label", { class: "form-check-label" }, box, label), said);
}

export function percent(value, onInput) {
  const shown = value === null || value === undefined ? "" : String(Math.round(value * 10000) / 100);
  const read = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? null : Math.min(100, Math.max(0, Number(text))) / 100);
  return h("input", { type: "number", class: "form-control percent-input", min: 0, max: 100, step: "any", value: shown, oninput: (event) => onInput(read(event.target.value)) });
}
