/** The other readings of a field: chips with their keys, their places on the page, and stepping through them. */
import { h } from "../dom.js";
import { fill, gettext } from "../i18n.js";
import { keymap, shownKeys } from "./keys.js";

const SHOWN = 5;

/** Other readings than what the field holds, the likeliest first. */
export function othersOf(field) {
  const held = field.input.value.trim();
  const seen = new Set([held]);
  const others = (field.candidates ?? []).filter(({ text }) => text && !seen.has(text) && seen.add(text));
  return others.slice(0, SHOWN);
}

/** The reading that follows or goes before the one that the field holds, round again at the end. */
export function otherBeside(field, by) {
  const texts = new Set();
  const all = (field.candidates ?? []).filter(({ text }) => text && !texts.has(text) && texts.add(text)).slice(0, SHOWN + 1);
  if (!all.length) return null;
  const here = all.findIndex(({ text }) => text === field.input.value.trim());
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : (here + by + all.length) % all.length;
  return all[next].text === field.input.value.trim() ? null : all[next];
}

/** Shows them as chips in the field and as dashed boxes on the page; `onTake(reading)`. */
export function showOthers(field, viewer, onTake) {
  const place = field.node.querySelector("[data-others]");
  const others = othersOf(field);
  viewer.showHints?.(others);
  if (!place) return;
  place.hidden = others.length === 0;
  if (place.hidden) return place.replaceChildren();
  const chips = others.map((other, index) => chip(other, index, viewer, onTake));
  const listed = chips.filter((_, index) => others[index].is_listed);
  const found = chips.filter((_, index) => !others[index].is_listed);
  place.replaceChildren(
    ...(listed.length ? [gettext("In the list:"), ...listed] : []),
    ...(found.length ? [gettext("Also found:"), ...found] : []),
  );
}

function chip(other, index, viewer, onTake) {
  const keys = keymap.liveKeysFor(`other.${index + 1}`)[0];
  const look = () => viewer.showHint?.(other);
  const where = other.page ? fill(gettext("page {n}"), { n: other.page }) : "";
  return h(
    "button",
    { class: "chip", type: "button", title: where, onclick: () => onTake(other), onpointerenter: look, onfocus: look },
    other.text, keys ? h("span", { class: "chip-keys", "aria-hidden": "true" }, shownKeys(keys)) : null,
  );
}

export function hideOthers(field, viewer) {
  const place = field.node.querySelector("[data-others]");
  if (place) place.hidden = true;
  viewer.showHints?.([]);
}
