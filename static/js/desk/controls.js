/** The controls of the desk's fields: text inputs, and lists for fields that have choices. */
import { h } from "../dom.js";
import { fill, gettext } from "../i18n.js";

const plain = (text) => text.normalize("NFKC").trim().toLowerCase();

export const isList = (control) => control.tagName === "SELECT";

/** Puts `text` into the control. In a list it becomes the choice that reads the same, or an entry of its own that says so. */
export function setText(control, text) {
  if (isList(control)) {
    const wanted = plain(text);
    const known = [...control.options].find((option) => plain(option.value) === wanted);
    if (!known) control.append(unlisted(text));
    control.value = known ? known.value : text;
  } else {
    control.value = text;
  }
}

/** The choice that stands for a text which is none of the list. */
export function unlisted(text) {
  return h("option", { value: text, "data-unlisted": "" }, fill(gettext("{text} (not in the list)"), { text }));
}

/** A list has no attribute for reading only: what is chosen in it goes back. */
export function setReadonly(control, isReadonly) {
  if (isList(control)) control.toggleAttribute("data-readonly", isReadonly);
  else control.readOnly = isReadonly;
  if (isList(control)) control.setAttribute("aria-readonly", String(isReadonly));
}

export const isReadonly = (control) => control.readOnly || control.hasAttribute("data-readonly");
