/** The keymap of the desk: named actions, their usual keys, and the keys that a person has chosen instead.
 *
 * A module makes its actions known once, wherever the page starts it:
 *
 *     keymap.register({
 *       name: "row.add",                     // stays for ever: what a person chose is stored under it
 *       keys: ["Alt+Enter"],                 // usual keys, [] for none
 *       group: gettext("Tables"),            // heading in the list that `?` opens
 *       label: gettext("Add a row below"),
 *       when: (event) => Boolean(event.target.closest("[data-table]")), // optional: only then the key is taken
 *       run: (event) => addRow(),
 *     });
 *
 * Keys are written "Ctrl+Alt+Shift+Key", modifiers in this order, Key as in `KeyboardEvent.key`; letters are capitals, the space
 * bar is "Space", Cmd counts as Ctrl. Signs that need Shift ("?", "+") are written without it. The later registered of two
 * actions with the same key is asked first. A sign without Ctrl and Alt is a single key: it never works where text is
 * typed or a list has the focus, and a person can switch all of them off. No key works while a dialog is open. */
import { h } from "../dom.js";
import { gettext } from "../i18n.js";

const TYPED_IN = "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]";
const MODIFIERS = new Set(["Control", "Alt", "Shift", "Meta", "AltGraph", "Dead", "Process", "Unidentified", "CapsLock"]);

const isSign = (key) => [...key].length === 1;
const isLetter = (key) => key.toLowerCase() !== key.toUpperCase();

/** How the keys of an event are written; "" for a modifier alone. */
export function keysOf(event) {
  if (!event.key || MODIFIERS.has(event.key)) return "";
  const printed = event.altKey && /^(?:Digit|Key)([0-9A-Z])$/.exec(event.code ?? "")?.[1]; // some layouts write "¡" with Alt+1
  const isOther = printed && isSign(event.key) && !/^[\x20-\x7e]$/.test(event.key);
  let key = isOther || /^\d$/.test(printed || "") ? printed : event.key === " " ? "Space" : event.key;
  if (isSign(key)) key = key.toUpperCase();
  const held = [];
  if (event.ctrlKey || event.metaKey) held.push("Ctrl");
  if (event.altKey) held.push("Alt");
  if (event.shiftKey && (!isSign(key) || isLetter(key))) held.push("Shift");
  return [...held, key].join("+");
}

/** Whether these keys write a sign where somebody types. */
export const isSingle = (keys) => /^(Shift\+)?(.|Space)$/u.test(keys);

/** The single names in written keys: "Ctrl++" has two. */
const namesOf = (keys) => keys.replace(/\+(?=.)/g, "\u0000").split("\u0000");

/** Keys as a person reads them: one `kbd` for each. */
export function shownKeys(keys) {
  const named = {
    Enter: "⏎", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Space: gettext("Space"), Escape: "Esc",
    PageUp: gettext("Page up"), PageDown: gettext("Page down"), Delete: gettext("Del"),
  };
  return namesOf(keys).map((name) => h("kbd", {}, named[name] ?? name));
}

export class Keymap {
  #actions = new Map();
  #chosen = {};

  constructor() {
    this.hasSingles = true;
  }

  register(...actions) {
    for (const action of actions) this.#actions.set(action.name, action);
  }

  /** What a person has stored: `{keys: {name: [keys]}, has_singles}`. */
  load({ keys = {}, has_singles: hasSingles = true } = {}) {
    this.#chosen = { ...keys };
    this.hasSingles = hasSingles;
  }

  /** As `load` takes it; also choices for actions that this page does not have. */
  get stored() {
    return { keys: this.#chosen, has_singles: this.hasSingles };
  }

  get actions() {
    return [...this.#actions.values()];
  }

  keysFor(name) {
    return this.#chosen[name] ?? this.#actions.get(name)?.keys ?? [];
  }

  /** The keys that do something now: none of the single ones where they are off. */
  liveKeysFor(name) {
    return this.keysFor(name).filter((keys) => this.hasSingles || !isSingle(keys));
  }

  /** Other actions that the keys start. Those of one `mode` may share keys with what holds outside it. */
  conflictsOf(name, keys) {
    const { mode } = this.#actions.get(name) ?? {};
    return this.actions.filter((action) => action.name !== name && action.mode === mode && this.keysFor(action.name).includes(keys));
  }

  choose(name, keys) {
    this.#chosen = { ...this.#chosen, [name]: keys };
  }

  reset(name) {
    const { [name]: _, ...others } = this.#chosen;
    this.#chosen = others;
  }

  /** The action for this event, or null. */
  find(event) {
    const keys = keysOf(event);
    if (!keys || event.isComposing) return null;
    if (isSingle(keys) && (!this.hasSingles || event.target?.matches?.(TYPED_IN))) return null;
    return this.actions.reverse().find((action) => this.keysFor(action.name).includes(keys) && (!action.when || action.when(event))) ?? null;
  }

  /** Listens on the page. */
  listen(target = document) {
    target.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const action = this.find(event);
      if (!action) return;
      event.preventDefault();
      action.run(event);
    });
  }
}

export const keymap = new Keymap();
