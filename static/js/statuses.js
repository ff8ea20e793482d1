/** How each status looks and reads: the table of documents/templatetags/screens.py, which the page brings along as `statuses`. */
import { h, icon, readJson } from "./dom.js";

export const STATUSES = readJson("statuses"); // by status: tone, icon, words, traits

export const toneOf = (status) => (STATUSES[status] ?? STATUSES.pending)[0];
export const labelOf = (status) => (STATUSES[status] ?? [null, null, status])[2];

/** Whether a status has a trait of `StatusTrait`: scripts ask for what follows from a status, never for its name. */
export const hasTrait = (status, trait) => (STATUSES[status] ?? STATUSES.pending)[3].includes(trait);

export function statusIcon(status) {
  const drawn = icon((STATUSES[status] ?? STATUSES.pending)[1]);
  if (hasTrait(status, "running")) drawn.classList.add("spin");
  return drawn;
}

export function pill(status, text = labelOf(status)) {
  return h("span", { class: `pill tone-${toneOf(status)}` }, statusIcon(status), text);
}
