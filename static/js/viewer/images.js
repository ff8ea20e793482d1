/** Page images as blobs: tokens are minted for a set of pages, kept in sessionStorage while they live, and spent once. */
import { postJson } from "../session.js";

const TOKEN_LIFE = 45_000; // the server's tokens live 60 s
const KEPT_IMAGES = 60;
const MINTED_AT_ONCE = 20;

export class PageImages {
  #images = new Map();

  constructor(tokenUrl, pageIds, variant = "view") {
    this.tokenUrl = tokenUrl;
    this.pageIds = pageIds;
    this.variant = variant;
  }

  /** A decoded image of the page. Rejects where the page has none (yet). */
  load(pageId) {
    if (!this.#images.has(pageId)) {
      this.#images.set(pageId, this.#fetch(pageId).catch((failure) => this.#forget(pageId, failure)));
      this.#dropOldest();
    }
    return this.#images.get(pageId);
  }

  /** Gives all pictures back: they are not shown again. */
  release() {
    for (const image of this.#images.values()) image.then((loaded) => URL.revokeObjectURL(loaded.src)).catch(() => {});
    this.#images.clear();
  }

  preload(pageId) {
    if (pageId) this.load(pageId).catch(() => {});
  }

  #forget(pageId, failure) {
    this.#images.delete(pageId);
    throw failure;
  }

  #dropOldest() {
    while (this.#images.size > KEPT_IMAGES) {
      const [oldest, image] = this.#images.entries().next().value;
      this.#images.delete(oldest);
      image.then((loaded) => URL.revokeObjectURL(loaded.src)).catch(() => {});
    }
  }

  async #fetch(pageId) {
    let answer = await fetch(await this.#urlOf(pageId), { credentials: "same-origin" });
    if (answer.status === 403 || answer.status === 401) {
      sessionStorage.removeItem(this.#slot(pageId));
      answer = await fetch(await this.#urlOf(pageId), { credentials: "same-origin" });
    }
    if (!answer.ok) throw new Error(`image ${answer.status}`);
    const image = new Image();
    image.src = URL.createObjectURL(await answer.blob());
    await image.decode();
    return image;
  }

  #slot(pageId) {
    return `idp-image:${this.variant}:${pageId}`;
  }

  async #urlOf(pageId) {
    const kept = JSON.parse(sessionStorage.getItem(this.#slot(pageId)) ?? "null");
    if (kept && kept.until > Date.now()) return kept.url;
    await this.#mint(pageId);
    const fresh = JSON.parse(sessionStorage.getItem(this.#slot(pageId)) ?? "null");
    if (!fresh) throw new Error("no image");
    return fresh.url;
  }

  async #mint(pageId) {
    const from = Math.max(0, this.pageIds.indexOf(pageId) - 2);
    const pages = [...new Set([pageId, ...this.pageIds.slice(from, from + MINTED_AT_ONCE)])];
    const { tokens } = await postJson(this.tokenUrl, { pages, variant: this.variant });
    const until = Date.now() + TOKEN_LIFE;
    for (const [id, url] of Object.entries(tokens)) sessionStorage.setItem(this.#slot(id), JSON.stringify({ url, until }));
  }
}
