/** What is typed and not yet saved is kept on the server by itself, at every pause: a killed browser loses half a second of it. */
import { postJson } from "../session.js";

const PAUSE = 350; // ms without a key
const LONGEST = 2000; // ms of typing without a pause

export class Drafts {
  #timer = null;
  #since = 0;
  #kept = "{}";
  #sending = Promise.resolve();

  /** `typedNow()` gives what to keep, null while nothing may be. */
  constructor(url, typedNow, signal) {
    Object.assign(this, { url, typedNow });
    addEventListener("pagehide", () => this.#send({ keepalive: true }), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.#send({ keepalive: true }), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** What the server has; what of it is no longer typed is taken away there. */
  knows(entries) {
    this.#kept = JSON.stringify(entries);
    if (this.isBehind) this.note();
  }

  /** Something was typed, chosen or saved. */
  note() {
    clearTimeout(this.#timer);
    const now = Date.now();
    if (!this.#since) this.#since = now;
    this.#timer = setTimeout(() => this.flush(), Math.max(0, Math.min(PAUSE, this.#since + LONGEST - now)));
  }

  /** Whether something is typed that the server does not have yet. */
  get isBehind() {
    const typed = this.typedNow();
    return Boolean(typed) && JSON.stringify(typed) !== this.#kept;
  }

  /** One request after the other, so that an older draft never comes last. */
  flush() {
    clearTimeout(this.#timer);
    this.#since = 0;
    this.#sending = this.#sending.then(() => this.#send());
    return this.#sending;
  }

  async #send(options = {}) {
    const entries = this.typedNow();
    const text = JSON.stringify(entries);
    if (!entries || text === this.#kept) return;
    const before = this.#kept;
    this.#kept = text;
    try {
      await postJson(this.url, { entries }, options);
    } catch (failure) {
      this.#kept = before; // the next pause tries again
      if (!failure.status) this.#timer = setTimeout(() => this.flush(), LONGEST);
    }
  }
}
