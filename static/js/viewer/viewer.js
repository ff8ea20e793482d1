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
const LEAST_ZOOM = 0.2;
const READING_ZOOM = 2.2; // the most that a focused place is enlarged
const MARGIN = 24; // CSS pixels around the sheet, both sides together
const USUAL_RATIO = 1.414; // A4, while neither the page's size nor its picture is known
const SHARPER = 1.6; // from this many pixels of the screen for one of the light picture, the whole one is shown
const SHARP_AFTER = 600; // ms in which the size stays
const STAYS = [0.75, 1.34]; // a zoom this near to the wanted one is kept: a new one lays out and paints the whole page

/** Where to scroll, so that from..to lies within `size` beginning at `start`. */
function nearest(from, to, start, size) {
  if (from < start) return from - MARGIN;
  return to > start + size ? to - size + MARGIN : start;
}

/**
 * `pages`: [{id, number, words_url, width, height, error}]. Events: "page" (detail: page), "words" (detail: {page, words,
 * indexes}), "box" (detail: id).
 *
 * The sheet has its size before the picture is there, and every move is done at once: code that asks right after `focusOn`
 * finds the place inside the stage.
 */
export class PageViewer extends EventTarget {
  #zoom = 1;
  #words;
  #hints = []; // places of other readings
  #place = null; // what is marked: {page, polygon}
  #isFollowed = false; // the marked place stays in sight when sizes change
  #isFitted = false; // the zoom was chosen for the marked place, not by hand
  #hasFitted = false;
  #stageSize = "";
  #sharp;
  #sharpening;

  /** `images`, `words` (page id -> promise): what was loaded ahead; `signal` ends what the viewer listens to on the window. */
  constructor(root, pages, { images = null, words = new Map(), signal } = {}) {
    super();
    this.#words = words;
    this.shown = Promise.resolve(); // until the picture of the page that is shown is there
    this.root = root;
    this.pages = pages;
    this.page = pages[0];
    this.stage = root.querySelector("[data-stage]");
    this.sheet = root.querySelector("[data-sheet]");
    this.image = root.querySelector("[data-image]");
    this.note = root.querySelector("[data-note]");
    this.overlay = new Overlay(root.querySelector("[data-overlay]"));
    const ids = pages.map((page) => page.id);
    this.images = images ?? new PageImages(root.dataset.tokenUrl, ids, "light");
    this.#sharp = new PageImages(root.dataset.tokenUrl, ids);
    this.selection = new WordSelection(this.sheet, this.overlay, (indexes) => this.#chosen(indexes));
    this.boxes = [];
    root.addEventListener("click", (event) => this.#click(event));
    this.stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.stage.addEventListener("keydown", (event) => this.#key(event));
    this.stage.addEventListener("scroll", () => this.#scrolled());
    signal?.addEventListener("abort", () => [this.images, this.#sharp].forEach((each) => each.release()));
    this.#enablePan(signal);
    new ResizeObserver(() => this.#resized()).observe(this.stage);
  }

  pageNumbered(number) {
    return this.pages.find((page) => page.number === number);
  }

  /** `boxes`: [{id, page, polygon, tone, label}] of all pages. */
  setBoxes(boxes) {
    this.boxes = boxes;
    this.overlay.showBoxes(boxes.filter((box) => box.page === this.page.number));
    this.overlay.highlight(this.#marked);
  }

  /** Turns to a page. Page, size and boxes are there at once; resolves when the picture and the words are there too. */
  show(number) {
    const page = this.pageNumbered(number);
    if (!page) return Promise.resolve();
    this.#turnTo(page);
    if (this.#marked) this.#bring();
    this.shown = this.#fillPage(page);
    return this.shown;
  }

  #turnTo(page) {
    this.page = page;
    this.#showNoWords();
    this.selection.setWords([]);
    this.overlay.showBoxes(this.boxes.filter((box) => box.page === page.number));
    this.overlay.highlight(this.#marked);
    this.showHints(this.#hints);
    const [n, all] = [this.pages.indexOf(page) + 1, this.pages.length];
    const text = page.number === n ? gettext("Page {n} of {all}") : gettext("Page {number}, {n} of {all} here");
    this.root.querySelector("[data-page-number]").textContent = fill(text, { n, all, number: page.number });
    this.root.querySelector("[data-go=previous]").disabled = page === this.pages[0];
    this.root.querySelector("[data-go=next]").disabled = page === this.pages.at(-1);
    this.dispatchEvent(new CustomEvent("page", { detail: page }));
    this.sheet.classList.add("is-loading");
    this.sheet.hidden = false;
    this.note.hidden = true;
    this.#layout();
  }

  async #fillPage(page) {
    await Promise.all([this.#showImage(page), this.selection.isActive && this.#showWords()]);
  }

  async #showImage(page) {
    try {
      const image = await this.images.load(page.id);
      if (this.page !== page) return;
      this.image.src = image.src;
      page.ratio = image.naturalHeight / image.naturalWidth;
      page.light = image.naturalWidth;
      this.#settle();
    } catch {
      if (this.page === page) this.#showNote(page.error || gettext("This page has no picture yet."));
    } finally {
      if (this.page === page) this.sheet.classList.remove("is-loading");
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

  /** The polygon of the marked place, if it is on the page that is shown. */
  get #marked() {
    return this.#place?.page === this.page.number ? this.#place.polygon : null;
  }

  /** Shows the place of a value: its page, marked and in the middle, large enough to read. Resolves with its picture. */
  focusOn(place, { zoom = true } = {}) {
    if (!this.mark(place)) return Promise.resolve();
    const isTurned = this.page.number !== place.page;
    if (isTurned) this.#turnTo(this.pageNumbered(place.page));
    this.#isFitted = zoom;
    this.#isFollowed = true;
    this.#bring();
    return isTurned ? this.#fillPage(this.page) : Promise.resolve();
  }

  /** Marks where else a value may stand: `places` [{page, polygon}]. */
  showHints(places, shown = null) {
    this.#hints = places.filter(({ polygon }) => polygon);
    this.overlay.showHints(this.#hints.filter(({ page }) => page === this.page.number).map(({ polygon }) => polygon), shown?.polygon);
  }

  /** Looks at one of these places, on whatever page. */
  showHint(place) {
    if (!place.polygon || !this.pageNumbered(place.page)) return;
    if (this.page.number !== place.page) this.show(place.page);
    this.showHints(this.#hints, place);
    this.reveal(place.polygon);
  }

  /** Scrolls the least that brings a place of the page into sight. */
  reveal(polygon) {
    const frame = this.#frameOf(polygon);
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.stage;
    const [across, down] = [nearest(frame.left, frame.right, scrollLeft, clientWidth), nearest(frame.top, frame.bottom, scrollTop, clientHeight)];
    if (across !== scrollLeft || down !== scrollTop) this.stage.scrollTo({ left: across, top: down, behavior: "instant" });
  }

  /** The box of the marked place on the page that is shown, or null. */
  get markedBox() {
    return this.#marked ? boxOf(this.#marked) : null;
  }

  /** Marks the place of a value and leaves the view where it is. Gives whether there is such a place. */
  mark(place) {
    const isPlace = Boolean(place?.polygon && this.pageNumbered(place.page));
    this.#place = isPlace ? { page: place.page, polygon: place.polygon } : null;
    this.overlay.highlight(this.#marked);
    this.#isFollowed = this.#isSeen();
    this.#isFitted = false;
    return isPlace;
  }

  /** Marks the place, and moves only where it is another one and out of sight. */
  keepInSight(place) {
    const before = JSON.stringify(this.#place?.polygon);
    const isPlace = this.mark(place);
    if (!isPlace || before === JSON.stringify(place.polygon)) return;
    if (this.page.number !== place.page || !this.#isSeen()) this.focusOn(place);
  }

  /** Moves the marked place into sight: in the middle, and at a zoom that suits it unless that was set by hand. */
  #bring() {
    const box = boxOf(this.#marked);
    if (this.#isFitted) this.#fit(box);
    this.#layout();
    this.#center(box);
    this.#isFollowed = true;
  }

  #fit(box) {
    const wanted = this.#zoomFor(box);
    const share = this.#zoom / wanted;
    if (!this.#hasFitted || share < STAYS[0] || share > STAYS[1] || !this.#fits(box)) this.#zoom = wanted;
    this.#hasFitted = true;
  }

  #fits(box) {
    const width = (this.stage.clientWidth - MARGIN) * this.#zoom;
    const [across, down] = [(box.right - box.left) * width, (box.bottom - box.top) * width * this.#ratio];
    return across <= this.stage.clientWidth * 0.95 && down <= this.stage.clientHeight * 0.9;
  }

  /** Wide enough to read, and never so large that the box does not fit. */
  #zoomFor(box) {
    const wanted = Math.min(READING_ZOOM, Math.max(1, 0.45 / Math.max(0.09, box.right - box.left)));
    const pageWidth = Math.max(1, this.stage.clientWidth - MARGIN);
    const boxHeight = (box.bottom - box.top) * this.#ratio * pageWidth;
    const most = (this.stage.clientHeight * 0.9) / Math.max(1, boxHeight);
    return Math.max(LEAST_ZOOM, Math.min(wanted, most));
  }

  #center(box) {
    const left = ((box.left + box.right) / 2) * this.sheet.offsetWidth + this.sheet.offsetLeft - this.stage.clientWidth / 2;
    const top = ((box.top + box.bottom) / 2) * this.sheet.offsetHeight + this.sheet.offsetTop - this.stage.clientHeight / 2;
    this.stage.scrollTo({ left, top, behavior: "instant" });
  }

  /** Whether the marked place is wholly inside the stage. */
  #isSeen() {
    if (!this.#marked) return false;
    const { left, right, top, bottom } = this.#frameOf(this.#marked);
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.stage;
    return left >= scrollLeft - 1 && right <= scrollLeft + clientWidth + 1 && top >= scrollTop - 1 && bottom <= scrollTop + clientHeight + 1;
  }

  /** A place of the page in CSS pixels of the stage's content. */
  #frameOf(polygon) {
    const box = boxOf(polygon);
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = this.sheet;
    return { left: offsetLeft + box.left * offsetWidth, right: offsetLeft + box.right * offsetWidth, top: offsetTop + box.top * offsetHeight, bottom: offsetTop + box.bottom * offsetHeight };
  }

  /** A person who scrolls the place away is not pulled back; a scroll that a new size causes says nothing. */
  #scrolled() {
    if (this.#marked && this.#stageSize === this.#sizeOfStage()) this.#isFollowed = this.#isSeen();
  }

  #sizeOfStage() {
    return `${this.stage.clientWidth}×${this.stage.clientHeight}`;
  }

  #resized() {
    if (this.stage.clientWidth) this.#settle();
  }

  /** Lays the page out once more, and keeps the marked place in sight if it was. */
  #settle() {
    if (this.#marked && this.#isFollowed) this.#bring();
    else this.#layout();
  }

  zoomBy(factor) {
    this.setZoom(this.#zoom * factor);
  }

  setZoom(zoom) {
    const { scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight } = this.stage;
    const [x, y] = [(scrollLeft + clientWidth / 2) / scrollWidth, (scrollTop + clientHeight / 2) / scrollHeight];
    this.#zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));
    this.#isFitted = false;
    this.#layout();
    this.stage.scrollTo({ left: x * this.stage.scrollWidth - clientWidth / 2, top: y * this.stage.scrollHeight - clientHeight / 2, behavior: "instant" });
    if (this.#marked && this.#isFollowed && !this.#isSeen()) this.#center(boxOf(this.#marked));
    announce(fill(gettext("Zoom {share} %"), { share: Math.round(this.#zoom * 100) }));
  }

  #fitPage() {
    this.setZoom((this.stage.clientHeight - MARGIN) / this.#ratio / (this.stage.clientWidth - MARGIN));
  }

  /** Height by width of the page that is shown. */
  get #ratio() {
    const { ratio, width, height } = this.page;
    return ratio || (width && height ? height / width : USUAL_RATIO);
  }

  #layout() {
    const width = Math.max(80, (this.stage.clientWidth - MARGIN) * this.#zoom);
    this.sheet.style.width = `${width}px`;
    this.sheet.style.height = `${width * this.#ratio}px`;
    this.#stageSize = this.#sizeOfStage();
    this.#sharpen(this.page, width * (window.devicePixelRatio || 1));
  }

  /** Where the page is much larger than its light picture, and stays so, the whole one takes its place. */
  #sharpen(page, width) {
    clearTimeout(this.#sharpening);
    if (!page.light || page.width <= page.light || width < SHARPER * page.light) return;
    this.#sharpening = setTimeout(async () => {
      const image = await this.#sharp.load(page.id).catch(() => null); // the light one stays
      if (image && this.page === page) this.image.src = image.src;
    }, SHARP_AFTER);
  }

  async useWords(isActive) {
    this.selection.isActive = isActive;
    this.root.classList.toggle("chooses-words", isActive);
    this.root.querySelector("[data-go=words]")?.setAttribute("aria-pressed", String(isActive));
    if (isActive) await this.#showWords();
    else this.#showNoWords();
  }

  #showNoWords() {
    this.overlay.showWords([]);
    this.overlay.showRegions([]);
  }

  /** What was read on a page, asked for once: `words`, and `regions` that are no text. */
  #readingOf(page) {
    if (!this.#words.has(page.id)) this.#words.set(page.id, getJson(page.words_url));
    return this.#words.get(page.id);
  }

  async wordsOf(page) {
    return (await this.#readingOf(page)).words;
  }

  async #showWords() {
    const page = this.page;
    const { words, regions } = await this.#readingOf(page).catch(() => ({ words: [], regions: [] }));
    if (this.page !== page) return;
    this.overlay.showWords(words);
    this.overlay.showRegions(regions);
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

  #enablePan(signal) {
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
    window.addEventListener("pointerup", () => (from = null), { signal });
  }
}
