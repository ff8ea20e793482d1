/** The one page viewer: image, overlay, zoom and pan, pages, highlight; used by document, desk and citations. */
import { announce } from "../dom.js";
import { fill, gettext } from "../i18n.js";
import { getJson } from "../session.js";
import { boxOf } from "./geometry.js";
import { PageImages } from "./images.js";
import { Overlay } from "./overlay.js";
import { WordSelection } from "./words.js";

const ZOOM_STEP = 1.25;
const MOST_ZOOM = 5;

/**
 * `pages`: [{id, number, words_url, width, height, error}]. Events: "page" (detail: page), "words" (detail: {page, words,
 * indexes}), "box" (detail: id).
 */
export class PageViewer extends EventTarget {
  #zoom = 1;
  #words = new Map();
  #highlighted = null;

  constructor(root, pages) {
    super();
    this.root = root;
    this.pages = pages;
    this.page = pages[0];
    this.stage = root.querySelector("[data-stage]");
    this.sheet = root.querySelector("[data-sheet]");
    this.image = root.querySelector("[data-image]");
    this.note = root.querySelector("[data-note]");
    this.overlay = new Overlay(root.querySelector("[data-overlay]"));
    this.images = new PageImages(root.dataset.tokenUrl, pages.map((page) => page.id));
    this.selection = new WordSelection(this.sheet, this.overlay, (indexes) => this.#chosen(indexes));
    this.boxes = [];
    root.addEventListener("click", (event) => this.#click(event));
    this.stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.stage.addEventListener("keydown", (event) => this.#key(event));
    this.#enablePan();
    new ResizeObserver(() => this.#layout()).observe(this.stage);
  }

  pageNumbered(number) {
    return this.pages.find((page) => page.number === number);
  }

  /** `boxes`: [{id, page, polygon, tone, label}] of all pages. */
  setBoxes(boxes) {
    this.boxes = boxes;
    this.overlay.showBoxes(boxes.filter((box) => box.page === this.page.number));
  }

  async show(number) {
    const page = this.pageNumbered(number);
    if (!page) return;
    this.page = page;
    this.#highlighted = null;
    this.overlay.highlight(null);
    this.overlay.showWords([]);
    this.overlay.showBoxes(this.boxes.filter((box) => box.page === number));
    this.root.querySelector("[data-page-number]").textContent = fill(gettext("Page {n} of {all}"), { n: this.pages.indexOf(page) + 1, all: this.pages.length });
    this.root.querySelector("[data-go=previous]").disabled = page === this.pages[0];
    this.root.querySelector("[data-go=next]").disabled = page === this.pages.at(-1);
    this.dispatchEvent(new CustomEvent("page", { detail: page }));
    await this.#showImage(page);
    if (this.selection.isActive) await this.#showWords();
  }

  async #showImage(page) {
    this.sheet.classList.add("is-loading");
    try {
      const image = await this.images.load(page.id);
      if (this.page !== page) return;
      this.image.src = image.src;
      this.note.hidden = true;
      this.sheet.hidden = false;
      this.#layout();
    } catch {
      if (this.page === page) this.#showNote(page.error || gettext("This page has no picture yet."));
    } finally {
      this.sheet.classList.remove("is-loading");
    }
    this.images.preload(this.pages[this.pages.indexOf(page) + 1]?.id);
  }

  #showNote(text) {
    this.sheet.hidden = true;
    this.note.hidden = false;
    this.note.querySelector("p").textContent = text;
  }

  step(by) {
    const next = this.pages[this.pages.indexOf(this.page) + by];
    return next ? this.show(next.number) : undefined;
  }

  /** Shows the place of a value: its page, marked and in the middle, large enough to read. */
  async focusOn(place, { zoom = true } = {}) {
    if (!place?.polygon) {
      this.overlay.highlight(null);
      this.#highlighted = null;
      return;
    }
    if (this.page.number !== place.page) await this.show(place.page);
    this.#highlighted = place.polygon;
    this.overlay.highlight(place.polygon);
    if (zoom) this.#zoomTo(boxOf(place.polygon));
    else this.#center(boxOf(place.polygon));
  }

  #zoomTo(box) {
    const wanted = 0.45 / Math.max(0.09, box.right - box.left);
    this.#zoom = Math.min(2.2, Math.max(1, wanted));
    this.#layout();
    this.#center(box);
  }

  #center(box) {
    const left = ((box.left + box.right) / 2) * this.sheet.offsetWidth + this.sheet.offsetLeft - this.stage.clientWidth / 2;
    const top = ((box.top + box.bottom) / 2) * this.sheet.offsetHeight + this.sheet.offsetTop - this.stage.clientHeight / 2;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.stage.scrollTo({ left, top, behavior: calm ? "instant" : "smooth" });
  }

  zoomBy(factor) {
    this.setZoom(this.#zoom * factor);
  }

  setZoom(zoom) {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = this.stage;
    const [x, y] = [(scrollLeft + clientWidth / 2) / scrollWidth, (scrollTop + clientHeight / 2) / scrollHeight];
    this.#zoom = Math.min(MOST_ZOOM, Math.max(0.2, zoom));
    this.#layout();
    this.stage.scrollTo({ left: x * this.stage.scrollWidth - clientWidth / 2, top: y * this.stage.scrollHeight - clientHeight / 2, behavior: "instant" });
    announce(fill(gettext("Zoom {share} %"), { share: Math.round(this.#zoom * 100) }));
  }

  #fitPage() {
    const ratio = this.image.naturalHeight / this.image.naturalWidth || 1.414;
    this.setZoom((this.stage.clientHeight - 24) / ratio / (this.stage.clientWidth - 24));
  }

  #layout() {
    const width = Math.max(80, (this.stage.clientWidth - 24) * this.#zoom);
    this.sheet.style.width = `${width}px`;
  }

  async useWords(isActive) {
    this.selection.isActive = isActive;
    this.root.classList.toggle("chooses-words", isActive);
    this.root.querySelector("[data-go=words]")?.setAttribute("aria-pressed", String(isActive));
    if (isActive) await this.#showWords();
    else this.overlay.showWords([]);
  }

  /** The words of a page, read once. */
  async wordsOf(page) {
    if (!this.#words.has(page.id)) this.#words.set(page.id, getJson(page.words_url).then((data) => data.words));
    return this.#words.get(page.id);
  }

  async #showWords() {
    const page = this.page;
    const words = await this.wordsOf(page).catch(() => []);
    if (this.page !== page) return;
    this.overlay.showWords(words);
    this.selection.setWords(words);
  }

  #chosen(indexes) {
    this.dispatchEvent(new CustomEvent("words", { detail: { page: this.page, words: this.selection.words, indexes } }));
  }

  #click(event) {
    const box = event.target.closest("[data-box]");
    if (box && !this.selection.isActive) this.dispatchEvent(new CustomEvent("box", { detail: box.dataset.box }));
    const action = event.target.closest("[data-go]")?.dataset.go;
    const actions = {
      previous: () => this.step(-1),
      next: () => this.step(1),
      in: () => this.zoomBy(ZOOM_STEP),
      out: () => this.zoomBy(1 / ZOOM_STEP),
      width: () => this.setZoom(1),
      page: () => this.#fitPage(),
      words: () => this.useWords(!this.selection.isActive),
    };
    actions[action]?.();
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = { "+": () => this.zoomBy(ZOOM_STEP), "-": () => this.zoomBy(1 / ZOOM_STEP), 0: () => this.setZoom(1), PageDown: () => this.step(1), PageUp: () => this.step(-1) };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  #enablePan() {
    let from = null;
    this.stage.addEventListener("pointerdown", (event) => {
      if (this.selection.isActive || event.button !== 0 || event.pointerType === "touch") return;
      from = { x: event.clientX + this.stage.scrollLeft, y: event.clientY + this.stage.scrollTop };
    });
    this.stage.addEventListener("pointermove", (event) => {
      if (!from || !(event.buttons & 1)) return;
      this.stage.scrollLeft = from.x - event.clientX;
      this.stage.scrollTop = from.y - event.clientY;
    });
    window.addEventListener("pointerup", () => (from = null));
  }
}
