/** The next document, loaded before it is asked for: its desk as HTML, the picture of the page it opens with, and its words.
 *
 * It is shown only while it is still what the server has: a decision's answer names the version of the next document's values,
 * and where that differs from what was loaded ahead the browser loads it as any page. */
import { getJson, request } from "../session.js";
import { PageImages } from "../viewer/images.js";

const REST = 250; // ms after the document at hand is shown
const MOST_AGE = 10 * 60_000;
const SCRIPT = 'script[type=module][src*="js/desk/page"]';

const jsonOf = (root, id) => JSON.parse(root.querySelector(`#${id}`).textContent);

export class NextDesk {
  #wanted = null; // {url, made, promise}
  #timer = null;

  /** Begins to load what comes after the desk at hand, once that has all it needs itself. */
  prepare(peekUrl, isShown) {
    this.#wanted = null;
    clearTimeout(this.#timer);
    isShown.then(() => (this.#timer = setTimeout(() => this.#peek(peekUrl), REST)));
  }

  async #peek(peekUrl) {
    const { next } = await getJson(peekUrl).catch(() => ({ next: null }));
    if (next) this.#wanted = { url: next, made: Date.now(), promise: this.#load(next).catch(() => null) };
  }

  async #load(url) {
    const answer = await request(url, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.getElementById("content");
    if (!main?.querySelector("#desk-data") || page.querySelector(SCRIPT)?.src !== document.querySelector(SCRIPT)?.src) return null;
    const [data, pages] = [jsonOf(main, "desk-data"), jsonOf(main, "pages-data")];
    const images = new PageImages(main.querySelector("#viewer").dataset.tokenUrl, pages.map(({ id }) => id), "light");
    const first = data.fields.find(({ state }) => state === "needs" || state === "failed") ?? data.fields[0];
    const shown = pages.find(({ number }) => number === first?.page) ?? pages[0];
    const words = new Map();
    if (shown) {
      images.preload(shown.id);
      const read = getJson(shown.words_url);
      read.catch(() => words.delete(shown.id));
      words.set(shown.id, read);
    }
    return { main: document.adoptNode(main), title: page.title, version: data.version, images, words };
  }

  /** What was loaded ahead for the address, if the server has the same still; else null. */
  async take(url, version) {
    const wanted = this.#wanted;
    this.#wanted = null;
    clearTimeout(this.#timer);
    if (!wanted || wanted.url !== url || Date.now() - wanted.made > MOST_AGE) return null;
    const ready = await wanted.promise;
    if (ready && ready.version === version) return ready;
    ready?.images.release();
    return null;
  }
}
