/** The live line of a batch: socket with a single-use ticket, back-off, re-read on every connect and now and then, because
    messages may be lost on the way to an open socket; polling where sockets fail. */
import { getJson, postJson } from "../session.js";

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 30_000;
const FAILURES_UNTIL_POLLING = 3;
const POLL_EVERY = 4000;
const REREAD_EVERY = 20_000;

/**
 * `onState(state)` gets the whole state after every connect and poll, `onChange(message)` each message,
 * `onMode("live" | "connecting" | "polling")` how news arrive.
 */
export class BatchConnection {
  #failures = 0;
  #timer = null;
  #reading = null;
  #period = 0;

  constructor({ socketUrl, ticketUrl, stateUrl, onState, onChange, onMode }) {
    Object.assign(this, { socketUrl, ticketUrl, stateUrl, onState, onChange, onMode });
  }

  async open() {
    clearTimeout(this.#timer);
    if (this.#failures === 0) this.onMode("connecting");
    try {
      const { ticket } = await postJson(this.ticketUrl);
      this.#connect(ticket);
    } catch {
      this.#retry();
    }
  }

  #connect(ticket) {
    const socket = new WebSocket(this.socketUrl);
    socket.addEventListener("open", () => socket.send(JSON.stringify({ ticket })));
    socket.addEventListener("close", () => this.#retry());
    socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
  }

  async #receive(message) {
    if (message.type !== "hello") return this.onChange(message);
    this.#failures = 0;
    this.#readEvery(REREAD_EVERY);
    this.onMode("live");
    return this.#read();
  }

  async #read() {
    try {
      this.onState(await getJson(this.stateUrl));
    } catch {
      /* the next poll or connection reads again */
    }
  }

  #retry() {
    this.#failures += 1;
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => this.open(), delay * (0.7 + 0.6 * Math.random()));
    if (this.#failures < FAILURES_UNTIL_POLLING) return this.onMode("connecting");
    this.#readEvery(POLL_EVERY);
    return this.onMode("polling");
  }

  #readEvery(period) {
    if (this.#period === period) return;
    clearInterval(this.#reading);
    this.#period = period;
    this.#reading = setInterval(() => this.#read(), period);
  }
}
