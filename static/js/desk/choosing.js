/** Choosing words on the page, with the mouse and by keys: arrows go from word to word, Shift takes a run, Enter fills the field. */
import { announce } from "../dom.js";
import { gettext } from "../i18n.js";
import { boxOf } from "../viewer/geometry.js";
import { wordBeside } from "../viewer/words.js";

export class Choosing {
  #at = null;
  #anchor = null;

  constructor({ viewer, fields }) {
    Object.assign(this, { viewer, fields });
    for (const name of ["page", "words"]) viewer.addEventListener(name, () => this.#forget()); // the mouse was used instead
  }

  get isOn() {
    return this.viewer.selection.isActive;
  }

  /** Whether the arrow keys are the mode's: not while somebody is in a dialog, a list or a toolbar. */
  takesKeys(event) {
    return this.isOn && Boolean(event.target.matches?.("[data-input], [data-stage], body"));
  }

  /** Whether the keys have gone to a word: then Enter takes it, else Enter confirms the field as ever. */
  get hasCursor() {
    return this.#at !== null;
  }

  async toggle() {
    if (this.isOn) return this.end();
    await this.viewer.useWords(true);
    return announce(gettext("Choosing words: arrows go from word to word, Enter takes them, Esc ends it."));
  }

  end() {
    this.#forget();
    this.viewer.selection.clear();
    this.viewer.useWords(false);
    announce(gettext("Choosing words has ended."));
  }

  #forget() {
    this.#at = this.#anchor = null;
  }

  /** `across` and `down` are -1, 0 or 1; `extend` keeps the words in between. */
  move(across, down, { extend = false } = {}) {
    const { words } = this.viewer.selection;
    if (!words.length) return;
    const here = this.#at ?? this.#start(words);
    const next = this.#at === null && !extend ? here : (wordBeside(words, here, across, down) ?? here);
    this.#anchor = extend ? (this.#anchor ?? here) : next;
    this.#at = next;
    const indexes = this.#run();
    this.viewer.selection.preview(indexes);
    this.viewer.reveal(words[next][1]);
    announce(indexes.map((index) => words[index][0]).join(" "));
  }

  /** The word at the marked place, else the first of the page. */
  #start(words) {
    const marked = this.viewer.markedBox;
    if (!marked) return 0;
    const far = ([, polygon]) => Math.hypot(boxOf(polygon).left - marked.left, boxOf(polygon).top - marked.top);
    return words.reduce((best, word, index) => (far(word) < far(words[best]) ? index : best), 0);
  }

  #run() {
    const [from, to] = [Math.min(this.#anchor, this.#at), Math.max(this.#anchor, this.#at)];
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  }

  /** Fills the field at hand with the words, and ends the mode. */
  take() {
    if (this.hasCursor) this.viewer.selection.choose(this.#run());
    return this.end();
  }
}
