import { answerFetch, settled } from "./stand_in.js";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { BatchConnection } from "../../../static/js/batch/connection.js";

class Socket extends EventTarget {
  static all = [];
  constructor() {
    super();
    Socket.all.push(this);
  }
  send() {}
  hello() {
    this.dispatchEvent(Object.assign(new Event("message"), { data: '{"type": "hello"}' }));
  }
  close() {
    this.dispatchEvent(new Event("close"));
  }
}
globalThis.WebSocket = Socket;
let modes, states;

beforeEach(() => {
  [modes, states, Socket.all] = [[], [], []];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  mock.method(Math, "random", () => 0.5); // no jitter
});

async function open() {
  const line = new BatchConnection({ socketUrl: "wss://h/", ticketUrl: "/ticket/", stateUrl: "/state/", onState: (state) => states.push(state), onChange() {}, onMode: (mode) => modes.push(mode) });
  await line.open();
}

async function wait(ms) {
  mock.timers.tick(ms);
  await settled();
}

test("the state is read after every connect and now and then", async () => {
  answerFetch([200, { ticket: "t" }]);
  await open();
  Socket.all[0].hello();
  await settled();
  assert.deepEqual([modes, states.length], [["connecting", "live"], 1]);
  await wait(20_000);
  assert.equal(states.length, 2);
});

test("a broken line is tried again, each time later, and polled meanwhile", async () => {
  answerFetch([200, { ticket: "t" }]);
  await open();
  for (const delay of [1000, 2000, 4000]) {
    const sockets = Socket.all.length;
    Socket.all.at(-1).close();
    await wait(delay - 1);
    assert.equal(Socket.all.length, sockets, `nothing before ${delay} ms`);
    await wait(1);
    assert.equal(Socket.all.length, sockets + 1);
  }
  assert.equal(modes.at(-1), "polling");
  const before = states.length;
  await wait(4000);
  assert.equal(states.length, before + 1);
});

test("a refused ticket counts as a broken line", async () => {
  answerFetch([503, { message: "busy" }]);
  await open();
  await wait(1000);
  await wait(2000);
  assert.equal(modes.at(-1), "polling");
  assert.deepEqual(Socket.all, []);
});
