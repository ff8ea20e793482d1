/** How a field says what state it is in: tone, icon, words, reasons. */
import { announce, icon } from "../dom.js";
import { gettext } from "../i18n.js";

/** What an answer may change of a field that it is not about. */
export const STATE = ["state", "tone", "icon", "state_label", "reasons", "notes"];

export const isRefused = (field) => field.input.getAttribute("aria-invalid") === "true";

/** A failed check that a person has seen and confirmed as printed is settled here; the approval asks for its reason. */
export const isOpen = (field) => isRefused(field) || field.state === "needs" || (field.state === "failed" && !field.was_touched);

export function showState(field) {
  const { node } = field;
  node.dataset.state = field.state;
  node.classList.remove(...[...node.classList].filter((name) => name.startsWith("tone-")));
  node.classList.add(`tone-${field.tone}`);
  node.querySelector("[data-state-icon]").replaceChildren(icon(field.icon));
  const label = node.querySelector("[data-state-label]");
  if (label) label.textContent = field.state_label;
  const confidence = node.querySelector("[data-confidence]");
  if (confidence) confidence.hidden = Boolean(field.was_touched); // the machine's, of what a person has settled
  const why = node.querySelector("[data-why]");
  const words = field.reasons.join(" · ");
  why.textContent = label ? words : `${field.state_label} ${words}`;
  why.hidden = Boolean(label) && !words;
  const notes = node.querySelector("[data-notes]");
  if (!notes) return;
  notes.textContent = field.notes?.join(" ") ?? "";
  notes.hidden = !notes.textContent;
}

/** The server did not take what the field holds. */
export function showRefusal(field, message) {
  field.input.setAttribute("aria-invalid", "true");
  Object.assign(field, { state: "failed", tone: "bad", icon: "alert-circle", state_label: gettext("Not saved"), reasons: [message] });
  showState(field);
  announce(message);
}
