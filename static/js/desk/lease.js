/** Holding a task: claimed on opening, kept by a heartbeat, given back on leaving; the owner is always visible. */
import { announce, icon } from "../dom.js";
import { fill, formatClock, gettext } from "../i18n.js";
import { postJson } from "../session.js";

const HEARTBEAT = 60_000;

export class Lease {
  #timer = null;

  /** `onLost(message)`: somebody else holds it, or it was decided. */
  constructor({ claimUrl, releaseUrl, onHeld, onLost }) {
    Object.assign(this, { claimUrl, releaseUrl, onHeld, onLost });
    this.isHeld = false;
    this.place = document.getElementById("holder");
  }

  async claim() {
    try {
      const { held_until: until } = await postJson(this.claimUrl);
      if (!this.isHeld) announce(gettext("This document is on your desk."));
      this.isHeld = true;
      this.#show("ok", "lock", fill(gettext("Yours until {time}"), { time: formatClock(until) }));
      this.onHeld?.();
    } catch (failure) {
      this.#lose(failure);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.claim(), HEARTBEAT);
  }

  /** A broken network is no loss: the claim lives on for minutes, and the next heartbeat repeats it. */
  #lose(failure) {
    if (!failure.status || failure.status >= 500) return this.#show("warn", "wifi-off", gettext("Connection lost; trying again"));
    this.isHeld = false;
    this.#show("wait", "lock", failure.status === 409 ? gettext("Held by somebody else") : gettext("Read only"));
    return this.onLost(failure.message);
  }

  /** For people who may not review. */
  stayReader() {
    this.#show("idle", "lock", gettext("Read only"));
  }

  #show(tone, symbol, text) {
    this.place.className = `pill tone-${tone}`;
    this.place.replaceChildren(icon(symbol), text);
  }

  async release() {
    clearTimeout(this.#timer);
    if (!this.isHeld) return;
    await postJson(this.releaseUrl).catch(() => {});
  }
}
