/** The fields of the desk: focus shows their place, words fill them, every save keeps its undo. A save's answer sets the
 * state of every field whose checks say something else now. */
import { announce, h, icon } from "../dom.js";
import { fill, gettext } from "../i18n.js";
import { postJson } from "../session.js";
import { drawCrop } from "../viewer/crop.js";
import { findText, placeOf } from "../viewer/words.js";

const SHOWN_OTHERS = 3;
const STATE = ["state", "tone", "icon", "state_label", "reasons"];

const isRefused = (field) => field.input.getAttribute("aria-invalid") === "true";

/** A failed check that a person has seen and confirmed as printed is settled here; the approval asks for its reason. */
const isOpen = (field) => isRefused(field) || field.state === "needs" || (field.state === "failed" && !field.was_touched);

export class DeskFields {
  #history = [];
  #saving = new Map();
  #queue = Promise.resolve(true);

  constructor({ fields, viewer, correctUrl, placeholder, onChange }) {
    Object.assign(this, { viewer, correctUrl, placeholder, onChange });
    const known = new Map(fields.map((field) => [field.id, field]));
    this.fields = [...document.querySelectorAll("[data-field]")].map((node) => this.#bind(node, known.get(node.dataset.field)));
    this.byId = new Map(this.fields.map((field) => [field.id, field]));
    this.active = null;
    this.isReadonly = false;
    viewer.addEventListener("words", ({ detail }) => this.#takeWords(detail));
    viewer.addEventListener("box", ({ detail }) => this.byId.get(detail)?.input.focus());
    viewer.setBoxes(this.#boxes());
  }

  #bind(node, field) {
    const input = node.querySelector("[data-input]");
    const bound = { ...field, node, input, saved: input.value, chosen: null };
    input.addEventListener("focus", () => this.#activate(bound));
    input.addEventListener("input", () => (bound.chosen = null));
    input.addEventListener("change", () => this.save(bound));
    return bound;
  }

  #boxes() {
    return this.fields.filter((field) => field.polygon).map(({ id, page, polygon, tone, label, is_cell }) => ({ id, page, polygon, tone, label, is_cell }));
  }

  setReadonly(isReadonly) {
    this.isReadonly = isReadonly;
    for (const field of this.fields) field.input.readOnly = isReadonly;
  }

  get open() {
    return this.fields.filter(isOpen);
  }

  get isDirty() {
    return this.fields.some((field) => field.input.value !== field.saved || field.chosen);
  }

  #activate(field) {
    if (this.active && this.active !== field) this.#leave(this.active);
    this.active = field;
    field.node.classList.add("is-active");
    field.input.select();
    this.viewer.selection.clear();
    this.viewer.focusOn(field);
    field.node.scrollIntoView({ block: "nearest" });
    this.#showCrop(field);
    this.#showOthers(field);
  }

  #leave(field) {
    field.node.classList.remove("is-active");
    const others = field.node.querySelector("[data-others]");
    if (others) others.hidden = true;
  }

  async #showCrop(field, place = field) {
    const canvas = field.node.querySelector("[data-crop]");
    if (!canvas) return;
    canvas.hidden = !place.polygon;
    const page = place.polygon && this.viewer.pageNumbered(place.page);
    if (!page) return;
    try {
      drawCrop(canvas, await this.viewer.images.load(page.id), place.polygon);
      if (this.active === field) field.node.scrollIntoView({ block: "nearest" });
    } catch {
      canvas.hidden = true;
    }
  }

  #showOthers(field) {
    const place = field.node.querySelector("[data-others]");
    if (!place) return;
    const others = (field.candidates ?? []).filter((candidate) => candidate.text && candidate.text !== field.input.value).slice(0, SHOWN_OTHERS);
    place.hidden = others.length === 0;
    const chips = others.map((candidate) =>
      h("button", { class: "chip", type: "button", tabindex: "-1", onclick: () => this.#fill(field, candidate.text, candidate) }, candidate.text),
    );
    place.replaceChildren(gettext("Also found:"), ...chips);
  }

  #takeWords({ page, words, indexes }) {
    if (!this.active || this.isReadonly) return announce(gettext("Choose a field first."));
    const place = placeOf(page.number, words, indexes);
    return place && this.#fill(this.active, place.text, place);
  }

  #fill(field, text, place) {
    if (this.isReadonly) return;
    field.input.value = text;
    field.chosen = place.polygon ? { page: place.page, polygon: place.polygon, span: place.span ?? null } : null;
    if (field.chosen) {
      this.viewer.overlay.highlight(place.polygon);
      this.#showCrop(field, field.chosen);
    }
    field.input.focus({ preventScroll: true });
    announce(fill(gettext("{label}: {text}"), { label: field.label, text }));
  }

  /** Finds what was typed among the page's words, so that a typed value has a place too. */
  async #locate(field, text) {
    if (field.chosen) return field.chosen;
    if (!text || text === field.saved) return null;
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
    const text = field.input.value.trim();
    const isChanged = text !== field.saved.trim() || field.chosen !== null;
    if (this.isReadonly || (!isChanged && !(confirm && isOpen(field)))) return true;
    const before = { field, text: field.saved, place: field.polygon ? { page: field.page, polygon: field.polygon, span: field.span ?? null } : null };
    try {
      const place = isChanged ? await this.#locate(field, text) : null;
      const data = await postJson(this.correctUrl.replace(this.placeholder, field.id), { text, place });
      if (isChanged) this.#history.push(before);
      this.#apply(field, data);
      return true;
    } catch (failure) {
      this.#refuse(field, failure.message);
      return false;
    }
  }

  #apply(field, { field: fresh, changed, ...checks }) {
    Object.assign(field, fresh, { chosen: null, saved: fresh.text });
    field.input.value = fresh.text;
    field.input.removeAttribute("aria-invalid");
    this.#show(field);
    for (const other of changed) this.#restate(other);
    this.viewer.setBoxes(this.#boxes());
    this.onChange(checks);
    if (field.state === "failed") announce(fill(gettext("{label}: {text}"), { label: field.label, text: field.reasons[0] }));
  }

  /** Another field's state after this save; what is typed there, or was refused, stays. */
  #restate(fresh) {
    const field = this.byId.get(fresh.id);
    if (!field || isRefused(field)) return;
    for (const name of STATE) field[name] = fresh[name];
    this.#show(field);
  }

  #refuse(field, message) {
    field.input.setAttribute("aria-invalid", "true");
    Object.assign(field, { state: "failed", tone: "bad", icon: "alert-circle", state_label: gettext("Not saved"), reasons: [message] });
    this.#show(field);
    announce(message);
  }

  #show(field) {
    const { node } = field;
    node.dataset.state = field.state;
    node.classList.remove(...[...node.classList].filter((name) => name.startsWith("tone-")));
    node.classList.add(`tone-${field.tone}`);
    node.querySelector("[data-state-icon]").replaceChildren(icon(field.icon));
    const label = node.querySelector("[data-state-label]");
    if (label) label.textContent = field.state_label;
    const why = node.querySelector("[data-why]");
    const words = field.reasons.join(" · ");
    why.textContent = label ? words : `${field.state_label} ${words}`;
    why.hidden = Boolean(label) && !words;
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

  async undo() {
    const last = this.#history.pop();
    if (!last) return announce(gettext("Nothing to undo."));
    last.field.input.value = last.text;
    last.field.chosen = last.place;
    await this.save(last.field);
    this.#history.pop();
    last.field.input.focus();
    return announce(fill(gettext("Undone: {label}"), { label: last.field.label }));
  }
}
