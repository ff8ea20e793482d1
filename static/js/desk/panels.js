/** The sizes of the desk's panels: drawn or set by arrow keys, kept for the person. */
import { announce } from "../dom.js";
import { postJson } from "../session.js";

const STEP = 24; // CSS pixels for one press of an arrow key
const PAUSE = 600;
const SIZES = {
  thumbs: { property: "--thumbs-width", least: 72, most: 260, usual: 108, isDown: false, grows: 1 },
  fields: { property: "--fields-width", least: 300, most: 900, usual: 400, isDown: false, grows: -1 },
  tables: { property: "--tables-height", least: 90, most: 700, usual: 300, isDown: true, grows: -1 },
};
const PANELS = [".thumbs", ".viewer-stage", "#fields", ".desk-tables", ".desk-actions"];

export class Panels {
  #timer = null;

  constructor({ data, signal }) {
    this.url = data.urls.preferences;
    this.root = document.querySelector(".desk-panels");
    this.sizes = { ...data.preferences.panels };
    for (const name of Object.keys(SIZES)) this.#bind(name);
    signal.addEventListener("abort", () => this.#timer && this.#store());
  }

  #bind(name) {
    const handle = this.root.querySelector(`[data-resize="${name}"]`);
    if (!handle) return;
    const size = SIZES[name];
    this.#set(name, this.sizes[name] ?? null);
    handle.setAttribute("aria-valuemin", size.least);
    handle.setAttribute("aria-valuemax", size.most);
    handle.addEventListener("keydown", (event) => this.#key(event, name));
    handle.addEventListener("dblclick", () => this.#change(name, null));
    handle.addEventListener("pointerdown", (event) => this.#draw(event, name, handle));
  }

  /** null: the usual size. */
  #set(name, wanted) {
    const { property, least, most, usual } = SIZES[name];
    const size = wanted === null ? null : Math.round(Math.min(most, Math.max(least, wanted)));
    if (size === null) this.root.style.removeProperty(property);
    else this.root.style.setProperty(property, `${size}px`);
    this.root.querySelector(`[data-resize="${name}"]`).setAttribute("aria-valuenow", size ?? usual);
    return size;
  }

  #change(name, wanted) {
    const size = this.#set(name, wanted);
    if (size === null) delete this.sizes[name];
    else this.sizes[name] = size;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#store(), PAUSE);
  }

  #sizeOf(name) {
    const panel = this.root.querySelector({ thumbs: ".thumbs", fields: ".desk-fields", tables: ".desk-tables" }[name]);
    return SIZES[name].isDown ? panel.offsetHeight : panel.offsetWidth;
  }

  #key(event, name) {
    const { isDown, grows } = SIZES[name];
    const by = (isDown ? { ArrowUp: -1, ArrowDown: 1 } : { ArrowLeft: -1, ArrowRight: 1 })[event.key];
    if (!by || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    this.#change(name, this.#sizeOf(name) + by * STEP * grows * (!isDown && document.dir === "rtl" ? -1 : 1));
  }

  #draw(event, name, handle) {
    const { isDown, grows } = SIZES[name];
    const [start, size] = [isDown ? event.clientY : event.clientX, this.#sizeOf(name)];
    const turn = !isDown && document.dir === "rtl" ? -1 : 1;
    handle.setPointerCapture(event.pointerId);
    const move = (moved) => this.#change(name, size + ((isDown ? moved.clientY : moved.clientX) - start) * grows * turn);
    handle.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => handle.removeEventListener("pointermove", move), { once: true });
  }

  async #store() {
    clearTimeout(this.#timer);
    this.#timer = null;
    await postJson(this.url, { panels: this.sizes }).catch((failure) => announce(failure.message));
  }

  /** To the next panel, or the one before: pages, page, fields, tables, decisions. */
  step(by) {
    const panels = PANELS.map((selector) => this.root.querySelector(selector)).filter((panel) => panel?.offsetParent);
    const here = panels.findIndex((panel) => panel.contains(document.activeElement));
    const panel = panels[(here + by + panels.length) % panels.length];
    const first = panel.matches("[tabindex]") ? panel : (panel.querySelector("[data-input], [aria-current], [data-first-act], button, a[href]") ?? panel);
    first.focus();
  }
}
