/** The list of keys that `?` opens: every action with its keys, which a person can change, and the switch for single keys. */
import { announce, h } from "../dom.js";
import { fill, gettext } from "../i18n.js";
import { postJson } from "../session.js";
import { isSingle, keysOf, shownKeys } from "./keys.js";

const NEVER = new Set(["Escape", "Tab", "Shift+Tab", "F5", "Ctrl+W", "Ctrl+T", "Ctrl+N"]); // these belong to the browser, or end the question

export class KeyList {
  #asked = null; // the action whose new keys are waited for

  constructor(keymap, url) {
    Object.assign(this, { keymap, url });
    this.dialog = document.getElementById("keys-dialog");
    this.body = document.getElementById("keys-list");
    this.note = document.getElementById("keys-note");
    this.singles = document.getElementById("keys-singles");
    this.singles.addEventListener("change", () => this.#setSingles());
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("cancel", (event) => this.#asked && event.preventDefault());
    this.dialog.addEventListener("close", () => (this.#asked = null));
    document.getElementById("keys-reset").addEventListener("click", () => this.#resetAll());
  }

  open() {
    this.note.textContent = "";
    this.singles.checked = this.keymap.hasSingles;
    this.#draw();
    if (!this.dialog.open) this.dialog.showModal();
  }

  #draw() {
    const groups = new Map();
    for (const action of this.keymap.actions) groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
    const drawn = [...groups].map(([group, actions]) => h("section", {}, h("h3", {}, group), h("dl", { class: "keys" }, actions.flatMap((action) => this.#row(action)))));
    this.body.replaceChildren(...drawn);
  }

  #row(action) {
    const keys = this.keymap.liveKeysFor(action.name);
    const shown = keys.flatMap((one, index) => [index ? " · " : null, ...shownKeys(one)]);
    const isAsked = this.#asked === action;
    const change = h("button", {
      class: "btn btn-sm btn-quiet", type: "button", "data-change": action.name, "aria-label": fill(gettext("Other keys for: {label}"), { label: action.label }),
      onclick: () => this.#ask(action),
    }, gettext("Change"));
    return [
      h("dt", {}, isAsked ? h("span", { class: "keys-asked" }, gettext("Press the keys …")) : shown.length ? shown : h("span", { class: "muted" }, gettext("none"))),
      h("dd", {}, h("span", {}, action.label), change),
    ];
  }

  #ask(action) {
    this.#asked = action;
    this.#draw();
    this.#say(fill(gettext("Press the new keys for: {label}. Esc keeps the old ones, Del leaves it without keys."), { label: action.label }));
    this.#focusOn(action);
  }

  #focusOn(action) {
    this.body.querySelector(`[data-change="${action.name}"]`)?.focus();
  }

  #say(text) {
    this.note.textContent = text;
    announce(text);
  }

  #key(event) {
    const action = this.#asked;
    const keys = keysOf(event);
    if (!action || !keys) return;
    if (keys === "Tab" || keys === "Shift+Tab") return this.#end(action, "");
    event.preventDefault();
    event.stopPropagation();
    if (keys === "Escape") return this.#end(action, gettext("The old keys stay."));
    if (keys === "Delete") return this.#choose(action, []);
    const other = this.keymap.conflictsOf(action.name, keys)[0];
    if (NEVER.has(keys)) return this.#say(gettext("These keys belong to the browser. Press others."));
    if (other) return this.#say(fill(gettext("These keys are taken by: {label}. Press others."), { label: other.label }));
    return this.#choose(action, [keys]);
  }

  #end(action, text) {
    this.#asked = null;
    this.#draw();
    if (text) this.#focusOn(action);
    this.#say(text);
  }

  async #choose(action, keys) {
    this.keymap.choose(action.name, keys);
    const isOff = keys.some(isSingle) && !this.keymap.hasSingles;
    this.#end(action, isOff ? gettext("Single keys are switched off; these work once they are on again.") : gettext("Changed."));
    await this.#store();
  }

  async #setSingles() {
    this.keymap.hasSingles = this.singles.checked;
    this.#draw();
    await this.#store();
  }

  async #resetAll() {
    for (const { name } of this.keymap.actions) this.keymap.reset(name);
    this.keymap.hasSingles = this.singles.checked = true;
    this.#draw();
    this.#say(gettext("The usual keys are back."));
    await this.#store();
  }

  async #store() {
    try {
      await postJson(this.url, this.keymap.stored);
    } catch (failure) {
      this.#say(failure.message);
    }
  }
}
