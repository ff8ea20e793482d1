/** Stores a draft by itself: a moment after the last change, one request at a time, again after a lost connection. */

const AFTER = 700; // ms after the last change
const AGAIN = 4000; // ms after a request that did not arrive

export class Saver {
  /** `send(definition)` stores it and gives what stands beside it now; `onState(state, answer or error)`.
   *
   * States: "changed", "saving", "saved", "waiting" (the server cannot be reached), "refused" (it will not be stored as it is).
   */
  constructor({ read, send, onState, isRefusal = (error) => error.status >= 400 && error.status < 500, clock = globalThis }) {
    Object.assign(this, { read, send, onState, isRefusal, clock });
    this.timer = null;
    this.running = null;
    this.isStopped = false;
    this.isDirty = false;
  }

  changed() {
    if (this.isStopped) return;
    this.isDirty = true;
    this.onState("changed");
    this.#later(AFTER);
  }

  #later(wait) {
    this.clock.clearTimeout(this.timer);
    this.timer = this.clock.setTimeout(() => this.flush(), wait);
  }

  /** Stores what is not stored yet; true where everything is. */
  async flush() {
    this.clock.clearTimeout(this.timer);
    if (this.running) await this.running;
    if (!this.isDirty || this.isStopped) return !this.isDirty;
    this.running = this.#store();
    await this.running;
    this.running = null;
    return !this.isDirty;
  }

  async #store() {
    this.isDirty = false;
    this.onState("saving");
    try {
      const answer = await this.send(this.read());
      this.onState(this.isDirty ? "changed" : "saved", answer);
      if (this.isDirty) this.#later(AFTER);
    } catch (error) {
      this.isDirty = true;
      if (this.isRefusal(error)) {
        this.isStopped = error.status === 409 || error.status === 403 || error.status === 404;
        this.onState("refused", error);
      } else {
        this.onState("waiting", error);
        this.#later(AGAIN);
      }
    }
  }
}
