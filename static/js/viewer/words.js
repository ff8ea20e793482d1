/** Choosing words on a page: click, Shift+click for a run, rubber band; or by typing what stands there. */
import { enclosing, overlaps, boxOf, polygonOf } from "./geometry.js";

const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

/** The place of chosen words: `{page, polygon, span, text}`; words in reading order. */
export function placeOf(pageNumber, words, indexes) {
  const chosen = [...indexes].sort((a, b) => a - b).map((index) => words[index]);
  if (!chosen.length) return null;
  return {
    page: pageNumber,
    polygon: polygonOf(enclosing(chosen.map(([, polygon]) => polygon))),
    span: [Math.min(...chosen.map((word) => word[3][0])), Math.max(...chosen.map((word) => word[3][1]))],
    text: chosen.map(([text]) => text).join(" "),
  };
}

/** The one run of words that reads like `text`; null if none or more than one does. */
export function findText(words, text) {
  const wanted = plain(text);
  if (wanted.length < 2) return null;
  const found = [];
  for (let start = 0; start < words.length; start += 1) {
    let joined = "";
    for (let end = start; end < words.length && joined.length < wanted.length; end += 1) {
      joined += plain(words[end][0]);
      if (joined === wanted && plain(words[start][0])) found.push(Array.from({ length: end - start + 1 }, (_, offset) => start + offset));
    }
  }
  return found.length === 1 ? found[0] : null;
}

/** The word that lies beside another one, to the side (`across` ±1) or above and below (`down` ±1); null at the edge. */
export function wordBeside(words, index, across, down) {
  const here = boxOf(words[index][1]);
  const [x, y] = [(here.left + here.right) / 2, (here.top + here.bottom) / 2];
  const line = Math.max(0.004, (here.bottom - here.top) / 2);
  let best = null;
  for (const [other, [, polygon]] of words.entries()) {
    const box = boxOf(polygon);
    const [dx, dy] = [(box.left + box.right) / 2 - x, (box.top + box.bottom) / 2 - y];
    const ahead = across ? dx * across : dy * down;
    const aside = Math.abs(across ? dy : dx);
    if (other === index || ahead <= (across ? 0 : line) || (across && aside > line)) continue;
    const far = ahead + aside * (across ? 1 : 0.35);
    if (best === null || far < best.far) best = { other, far };
  }
  return best?.other ?? null;
}

export class WordSelection {
  #chosen = new Set();
  #anchor = null;
  #bandStart = null;

  /** `onChoose(indexes)` after each finished choice. */
  constructor(sheet, overlay, onChoose) {
    this.sheet = sheet;
    this.overlay = overlay;
    this.onChoose = onChoose;
    this.words = [];
    this.isActive = false;
    sheet.addEventListener("pointerdown", (event) => this.#down(event));
    sheet.addEventListener("pointermove", (event) => this.#move(event));
    sheet.addEventListener("pointerup", (event) => this.#up(event));
    sheet.addEventListener("pointercancel", () => this.#cancel());
  }

  setWords(words) {
    this.words = words;
    this.clear();
  }

  clear() {
    this.#chosen.clear();
    this.#anchor = null;
    this.overlay.markWords([]);
  }

  #pointOf(event) {
    const frame = this.sheet.getBoundingClientRect();
    return { x: (event.clientX - frame.left) / frame.width, y: (event.clientY - frame.top) / frame.height };
  }

  #down(event) {
    if (!this.isActive || event.button !== 0) return;
    event.preventDefault();
    this.#bandStart = this.#pointOf(event);
    this.sheet.setPointerCapture(event.pointerId);
  }

  #bandTo(event) {
    const start = this.#bandStart;
    const end = this.#pointOf(event);
    return { left: Math.min(start.x, end.x), top: Math.min(start.y, end.y), right: Math.max(start.x, end.x), bottom: Math.max(start.y, end.y) };
  }

  #move(event) {
    if (this.#bandStart) this.overlay.band(this.#bandTo(event));
  }

  #up(event) {
    if (!this.#bandStart) return;
    const band = this.#bandTo(event);
    this.#cancel();
    const isClick = band.right - band.left < 0.006 && band.bottom - band.top < 0.006;
    if (isClick) this.#click(band, event);
    else this.choose(this.words.flatMap((word, index) => (overlaps(boxOf(word[1]), band) ? [index] : [])));
  }

  #cancel() {
    this.#bandStart = null;
    this.overlay.band(null);
  }

  #click(point, event) {
    const index = this.words.findIndex((word) => overlaps(boxOf(word[1]), { left: point.left - 0.001, top: point.top - 0.001, right: point.right + 0.001, bottom: point.bottom + 0.001 }));
    if (index < 0) return;
    if (event.shiftKey && this.#anchor !== null) {
      const [from, to] = [Math.min(this.#anchor, index), Math.max(this.#anchor, index)];
      return this.choose(Array.from({ length: to - from + 1 }, (_, offset) => from + offset));
    }
    const isAddition = event.ctrlKey || event.metaKey;
    this.#anchor = index;
    this.choose(isAddition ? [...this.#chosen, index] : [index]);
  }

  /** Marks words without choosing them. */
  preview(indexes) {
    this.#chosen = new Set(indexes);
    this.overlay.markWords(this.#chosen);
  }

  choose(indexes) {
    this.preview(indexes);
    if (this.#chosen.size) this.onChoose([...this.#chosen]);
  }
}
