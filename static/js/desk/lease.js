/** Holding a task: claimed on opening, kept while somebody is there, given back on leaving; the owner is always visible. */
import { announce, icon } from "../dom.js";
import { fill, formatClock, gettext } from "../i18n.js";
import { postJson } from "../session.js";

const HEARTBEAT = 60_000;
const IDLE_AFTER = 2 * HEARTBEAT; // the server's lease is three minutes long
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove", "focusin"];

export class Lease {
  #timer = null;
  #until = null;
  #activeAt = Date.now();
  #isIdle = false;
  #isLeft = false;

  /** `onLost(message)`: somebody else holds it, it was decided, or nobody was there for too long. `signal`: the desk has closed. */
  constructor({ claimUrl, releaseUrl, onHeld, onLost, signal }) {
    Object.assign(this, { claimUrl, releaseUrl, onHeld, onLost });
    this.isHeld = false;
    this.place = document.getElementById("holder");
    this.takeOver = document.getElementById("take-over");
    for (const sign of SIGNS) document.addEventListener(sign, () => this.notice(), { passive: true, capture: true, signal });
    globalThis.addEventListener?.("pagehide", () => this.leave(), { signal });
    globalThis.addEventListener?.("pageshow", (event) => event.persisted && this.claim(), { signal });
  }

  async claim() {
    clearTimeout(this.#timer);
    this.#isLeft = false;
    try {
      const { held_until: until } = await postJson(this.claimUrl);
      if (!this.isHeld) announce(gettext("This document is on your desk."));
      this.isHeld = true;
      this.#until = until;
      this.#offerTakeOver(false);
      this.#show("ok", "lock", fill(gettext("Yours until {time}"), { time: formatClock(until) }));
      this.onHeld?.();
    } catch (failure) {
      this.#lose(failure);
    }
    if (!this.#isLeft) this.#wait(HEARTBEAT);
  }

  /** A sign of life. What was idle is claimed again at once. */
  notice() {
    this.#activeAt = Date.now();
    if (!this.#isIdle) return;
    this.#isIdle = false;
    this.claim();
  }

  #wait(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#beat(), time);
  }

  #beat() {
    if (Date.now() - this.#activeAt < IDLE_AFTER) return this.claim();
    this.#isIdle = true;
    if (!this.isHeld) return undefined;
    const left = Date.parse(this.#until) - Date.now();
    if (left <= 0) return this.#lapse();
    const text = fill(gettext("Goes back to the queue at {time}: press a key to keep it"), { time: formatClock(this.#until) });
    this.#show("warn", "clock", text);
    announce(text);
    return this.#wait(left + 500);
  }

  /** Nobody was there: what was set is kept with the task, and the next sign of life asks for it again. */
  #lapse() {
    this.isHeld = false;
    const text = gettext("Back in the queue, with all that was set. Press a key to take it again.");
    this.#show("idle", "lock-open", gettext("In the queue"));
    announce(text);
    this.onLost?.(text);
  }

  /** A broken network is no loss: the claim lives on for minutes, and the next heartbeat repeats it. */
  #lose(failure) {
    if (!failure.status || failure.status >= 500) return this.#show("warn", "wifi-off", gettext("Connection lost; trying again"));
    this.isHeld = false;
    this.#offerTakeOver(failure.code === "claimed_by_other");
    this.#show("wait", "lock", failure.status === 409 ? gettext("Held by somebody else") : gettext("Read only"));
    return this.onLost(failure.message);
  }

  /** Only managers have the button. */
  #offerTakeOver(isOffered) {
    if (this.takeOver) this.takeOver.hidden = !isOffered;
  }

  /** For people who may not review. */
  stayReader() {
    this.#show("idle", "lock", gettext("Read only"));
  }

  #show(tone, symbol, text) {
    this.place.className = `pill tone-${tone}`;
    this.place.replaceChildren(icon(symbol), text);
  }

  /** No heartbeat any more, and nothing to give back. Gives whether it was held. */
  end() {
    clearTimeout(this.#timer);
    this.#isLeft = true;
    const wasHeld = this.isHeld;
    this.isHeld = false;
    return wasHeld;
  }

  async release() {
    if (this.end()) await postJson(this.releaseUrl).catch(() => {});
  }

  /** The page goes away: the request outlives it. It names its lease, so that it takes nothing from a page opened after it. */
  leave() {
    if (!this.end()) return;
    postJson(this.releaseUrl, { held_until: this.#until }, { keepalive: true }).catch(() => {});
  }
}
