/** The fields of the desk: focus shows their place, words fill them, every save keeps its undo. A save's answer sets the
 * state of every field whose checks say something else now. */
import { announce } from "../dom.js";
import { fill, gettext } from "../i18n.js";
import { postJson } from "../session.js";
import { showCrop } from "../viewer/crop.js";
import { findText, placeOf } from "../viewer/words.js";
import { isList, isReadonly, setReadonly, setText } from "./controls.js";
import { STATE, isOpen, isRefused, showRefusal, showState } from "./field_state.js";
import { hideOthers, otherBeside, othersOf, showOthers } from "./others.js";

const LIST_PAUSE = 600; // arrow keys walk through a list: only where they rest is saved

export class DeskFields {
  #saving = new Map();
  #queue = Promise.resolve(true);
  #isKeepingView = false;

  /** `onChange(checks)` after each answer, `onTyped()` whenever what is not saved changes, `onTable(answer)` where what was
   * undone was a change of a table. */
  constructor({ fields, viewer, correctUrl, undoUrl, placeholder, onChange, onTyped = () => {}, onTable = () => {}, signal }) {
    Object.assign(this, { viewer, correctUrl, undoUrl, placeholder, onChange, onTyped, onTable });
    const known = new Map(fields.map((field) => [field.id, field]));
    this.fields = [...document.querySelectorAll("[data-field]")].map((node) => this.#bind(node, known.get(node.dataset.field)));
    this.byId = new Map(this.fields.map((field) => [field.id, field]));
    this.active = null;
    this.isReadonly = false;
    viewer.addEventListener("words", ({ detail }) => this.#takeWords(detail));
    viewer.addEventListener("box", ({ detail }) => this.byId.get(detail)?.input.focus());
    window.addEventListener("resize", () => this.active?.node.scrollIntoView({ block: "nearest", behavior: "instant" }), { signal });
    viewer.setBoxes(this.#boxes());
    for (const field of this.fields.filter((one) => one.is_handwritten && !one.is_cell)) this.#showCrop(field);
  }

  #bind(node, field) {
    const input = node.querySelector("[data-input]");
    const bound = Object.assign(field ?? {}, { node, input, saved: input.value, shown: input.value, chosen: null, steps: [] });
    input.addEventListener("focus", () => this.#activate(bound));
    input.addEventListener("input", () => this.#typed(bound));
    input.addEventListener("change", () => this.#changed(bound));
    node.querySelector("[data-absent]")?.addEventListener("click", () => this.markAbsent(bound));
    node.querySelector("[data-illegible]")?.addEventListener("click", () => this.markAbsent(bound, { isIllegible: true }));
    node.querySelector("[data-remove]")?.addEventListener("click", () => this.#remove(bound));
    return bound;
  }

  /** The cells of the tables in their order, with their nodes; those that are known stay as they are. */
  setCells(cells) {
    const bound = cells.map((cell) => this.byId.get(cell.id) ?? this.#bind(cell.node, cell));
    for (const cell of bound) setReadonly(cell.input, this.isReadonly);
    this.fields = [...this.fields.filter(({ is_cell: isCell }) => !isCell), ...bound];
    this.byId = new Map(this.fields.map((field) => [field.id, field]));
    if (this.active && !this.byId.has(this.active.id)) this.active = null;
    this.viewer.setBoxes(this.#boxes());
  }

  /** The document does not state it, or nobody can read it there. */
  markAbsent(field, { isIllegible = false } = {}) {
    if (this.isReadonly) return null;
    setText(field.input, "");
    Object.assign(field, { chosen: null, absence: isIllegible ? "is_illegible" : "is_absent" });
    return this.save(field);
  }

  /** An item without a text is no longer part of its list; the empty one at its end adds the next. */
  #remove(field) {
    if (this.isReadonly || !field.saved) return null;
    setText(field.input, "");
    field.chosen = null;
    return this.save(field);
  }

  /** Puts the next empty item of a list behind its others. */
  #add({ field, html }) {
    if (this.byId.has(field.id)) return;
    const last = this.fields.findLastIndex(({ name, is_item: isItem }) => isItem && name === field.name);
    this.fields[last].node.insertAdjacentHTML("afterend", html);
    const bound = this.#bind(this.fields[last].node.nextElementSibling, field);
    setReadonly(bound.input, this.isReadonly);
    this.fields.splice(last + 1, 0, bound);
    this.byId.set(bound.id, bound);
  }

  /** Typed text has no place until it is found. What was typed is the browser's to undo; what was chosen in a list is not. */
  #typed(field) {
    if (isReadonly(field.input)) return setText(field.input, field.saved);
    field.steps = isList(field.input) ? [...field.steps, { text: field.shown, place: field.chosen }] : [];
    field.shown = field.input.value;
    field.chosen = null;
    this.onTyped();
  }

  #changed(field) {
    clearTimeout(field.pause);
    if (isList(field.input)) field.pause = setTimeout(() => this.save(field), LIST_PAUSE);
    else this.save(field);
  }

  #boxes() {
    return this.fields.filter((field) => field.polygon).map(({ id, page, polygon, tone, label, is_cell }) => ({ id, page, polygon, tone, label, is_cell }));
  }

  setReadonly(isReadonly) {
    this.isReadonly = isReadonly;
    for (const field of this.fields) setReadonly(field.input, isReadonly);
  }

  get open() {
    return this.fields.filter(isOpen);
  }

  get isDirty() {
    return this.fields.some((field) => field.input.value !== field.saved || field.chosen);
  }

  /** What is typed or chosen and not saved: `{id: {text, place, saved}}`. */
  get typed() {
    const changed = this.fields.filter((field) => field.input.value !== field.saved || field.chosen);
    return Object.fromEntries(changed.map(({ id, input, chosen, saved }) => [id, { text: input.value, place: chosen, saved }]));
  }

  /** Puts back what `typed` gave, where the value is still the one it was typed over. Returns how many fields have it again. */
  putBack(typed) {
    let count = 0;
    for (const [id, { text, place, saved }] of Object.entries(typed)) {
      const field = this.byId.get(id);
      if (!field || field.saved !== saved) continue;
      setText(field.input, text);
      Object.assign(field, { shown: field.input.value, chosen: place ?? null, isFilled: true });
      count += 1;
    }
    return count;
  }

  #activate(field) {
    if (this.active && this.active !== field) this.#leave(this.active);
    this.active = field;
    field.node.classList.add("is-active");
    showOthers(field, this.viewer, (other) => this.take(field, other));
    if (this.#isKeepingView) return;
    field.input.select?.();
    this.viewer.selection.clear();
    this.#showPlace(field);
  }

  /** What was chosen on the page is saved when its field is left: no `change` event tells of it. */
  #leave(field) {
    field.node.classList.remove("is-active");
    hideOthers(field, this.viewer);
    if (field.isFilled || isList(field.input)) this.save(field);
  }

  /** The field itself, its place on the page and its crop. */
  #showPlace(field) {
    this.viewer.focusOn(field.chosen ?? field);
    field.node.scrollIntoView({ block: "nearest", behavior: "instant" });
    this.#showCrop(field);
  }

  /** A cell has no crop of its own: its table shows that of the cell at hand. */
  async #showCrop(field) {
    const canvas = field.node.querySelector("[data-crop]") ?? field.node.closest("[data-table]")?.querySelector("[data-crop]");
    if (!canvas) return;
    const isDrawn = await showCrop(canvas, this.viewer, field.chosen ?? field);
    if (isDrawn && this.active === field) field.node.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  #focusKeepingView(field) {
    this.#isKeepingView = true;
    field.input.focus({ preventScroll: true });
    this.#isKeepingView = false;
  }

  /** Takes another reading, whose place may be anywhere. */
  take(field, candidate) {
    this.#fill(field, candidate.text, candidate);
    this.#showPlace(field);
  }

  /** Takes the `n`th of the other readings of the field at hand. */
  takeOther(n) {
    const other = this.active && othersOf(this.active)[n - 1];
    if (!other) return announce(gettext("There is no such reading."));
    return this.take(this.active, other);
  }

  /** Steps through the readings of the field at hand; each shows its place. */
  stepOther(by) {
    const other = this.active && otherBeside(this.active, by);
    if (!other) return announce(gettext("Nothing else was found."));
    return this.take(this.active, other);
  }

  #takeWords({ page, words, indexes }) {
    if (!this.active || this.isReadonly) return announce(gettext("Choose a field first."));
    const place = placeOf(page.number, words, indexes);
    return place && this.#fill(this.active, place.text, place);
  }

  /** Takes words of the page: the view stays where the person drew or clicked. */
  #fill(field, text, place) {
    if (this.isReadonly) return;
    field.steps.push({ text: field.input.value, place: field.chosen });
    this.#put(field, text, place.polygon ? { page: place.page, polygon: place.polygon, span: place.span ?? null } : null);
    this.#focusKeepingView(field);
    announce(fill(gettext("{label}: {text}"), { label: field.label, text }));
  }

  #put(field, text, place) {
    setText(field.input, text);
    Object.assign(field, { shown: field.input.value, chosen: place, isFilled: true });
    this.viewer.mark(place ?? field);
    this.#showCrop(field);
    showOthers(field, this.viewer, (other) => this.take(field, other));
    this.onTyped();
  }

  /** Finds what was typed among the page's words, so that a typed value has a place too. A choice is often printed as one of
      several to tick: finding its words proves nothing. */
  async #locate(field, text) {
    if (field.chosen) return field.chosen;
    if (!text || text === field.saved || isList(field.input)) return null;
    const page = this.viewer.page;
    const words = await this.viewer.wordsOf(page).catch(() => []);
    const indexes = findText(words, text);
    return indexes ? placeOf(page.number, words, indexes) : null;
  }

  /** Saves one field where it changed, or `confirm`s it as it is. Gives false where the server refused.
   *
   * One save after the other: each answer holds the checks of all fields, and an older one must not come last. */
  save(field, { confirm = false } = {}) {
    field.node.setAttribute("aria-busy", "true");
    const next = this.#queue
      .then(() => this.#saveNow(field, confirm))
      .finally(() => this.#saving.get(field.id) === next && field.node.removeAttribute("aria-busy"));
    this.#saving.set(field.id, next);
    this.#queue = next;
    return next;
  }

  async #saveNow(field, confirm) {
    clearTimeout(field.pause);
    const text = field.input.value.trim();
    const { chosen } = field;
    const absence = !text && field.absence ? { [field.absence]: true } : {};
    field.absence = null;
    const isChanged = text !== field.saved.trim() || chosen !== null || Object.keys(absence).length > 0;
    if (this.isReadonly || (!isChanged && !(confirm && (isOpen(field) || !field.was_touched)))) return true;
    try {
      const place = isChanged ? await this.#locate(field, text) : null;
      const data = await postJson(this.correctUrl.replace(this.placeholder, field.id), { text, place, ...absence });
      this.#apply(field, data, { isNewer: field.input.value.trim() !== text || field.chosen !== chosen });
      return true;
    } catch (failure) {
      showRefusal(field, failure.message);
      return false;
    }
  }

  /** `isNewer`: the field was changed while its answer was on the way; what it holds now stays. */
  #apply(field, { field: fresh, changed, added, ...checks }, { isNewer }) {
    Object.assign(field, fresh, { saved: fresh.text });
    field.node.hidden = fresh.is_removed;
    if (added) this.#add(added);
    if (!isNewer) {
      setText(field.input, fresh.text);
      Object.assign(field, { shown: fresh.text, chosen: null, steps: [], isFilled: false });
    }
    field.input.removeAttribute("aria-invalid");
    showState(field);
    for (const other of changed) this.restate(other);
    this.viewer.setBoxes(this.#boxes());
    if (this.active === field && !isNewer) this.#followPlace(field);
    this.onChange(checks);
    this.onTyped();
    if (field.state === "failed") announce(fill(gettext("{label}: {text}"), { label: field.label, text: field.reasons[0] }));
  }

  /** Another field's state after this save; what is typed there, or was refused, stays. */
  restate(fresh) {
    const field = this.byId.get(fresh.id);
    if (!field || isRefused(field)) return;
    for (const name of STATE) field[name] = fresh[name];
    showState(field);
  }

  /** A typed value was found on the page, or lost its place: the page and the crop say so. */
  #followPlace(field) {
    this.viewer.keepInSight(field);
    this.#showCrop(field);
  }

  /** Saves every field that was changed. Gives the first that was refused, or null. */
  async saveAll() {
    for (const field of this.fields) {
      if ((field.input.value.trim() !== field.saved.trim() || field.chosen) && !(await this.save(field))) return field;
    }
    await Promise.all(this.#saving.values());
    return this.fields.find(isRefused) ?? null;
  }

  /** The next field after the active one that needs a person; from the top again at the end. */
  nextOpen() {
    const open = this.open.filter((field) => field !== this.active);
    const here = this.active ? this.fields.indexOf(this.active) : -1;
    return open.find((field) => this.fields.indexOf(field) > here) ?? open[0] ?? null;
  }

  /** The field after the active one, whatever its state; null after the last. */
  following() {
    return this.fields[this.fields.indexOf(this.active) + 1] ?? null;
  }

  /** Takes back the last choice in the field at hand, else what was done last, in a field or in a table: that the server knows,
   * also after the page was loaded again, and it brings the state back too. */
  async undo() {
    const step = this.active?.steps.pop();
    if (step) {
      this.#put(this.active, step.text, step.place);
      this.#showPlace(this.active);
      if (isList(this.active.input)) this.#changed(this.active);
      return this.#sayUndone(this.active);
    }
    const done = this.#queue.then(() => this.#undoNow());
    this.#queue = done.catch(() => true);
    return done;
  }

  async #undoNow() {
    if (this.isReadonly) return true;
    const data = await postJson(this.undoUrl);
    if (data.table) return this.onTable(data);
    if (!data.field) return announce(gettext("Nothing to undo."));
    const field = this.byId.get(data.field.id);
    if (!field || field.is_item) return location.reload(); // a list may have other items now
    this.#apply(field, data, { isNewer: false });
    if (document.activeElement === field.input) this.#showPlace(field);
    else field.input.focus();
    return this.#sayUndone(field);
  }

  #sayUndone({ label }) {
    announce(fill(gettext("Undone: {label}"), { label }));
  }
}
