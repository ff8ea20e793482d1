/** One file on its way in parts (tus 1.0): goes on after a broken connection, and where it was when it is chosen again. */
import { gettext } from "../i18n.js";
import { RequestFailed, renewSession } from "../session.js";
import { forget, recall, remember } from "./memory.js";

const PART_BYTES = 4 * 2 ** 20;
const PART_TYPE = "application/offset+octet-stream";
const LONGEST_PAUSE = 15_000; // ms
const PATIENCE = 40; // pauses one after the other without a byte getting through: about ten minutes

/** Nothing wrong with the file: the connection broke, or the server is busy and says so. */
class Interrupted extends Error {}

/** The browser does not get at the file any more. */
export class FileGone extends Error {
  constructor() {
    super(gettext("The file cannot be read: it is a folder, or was moved or changed after it was chosen. Choose it again."));
  }
}

const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

const inBase64 = (text) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));

function exchange(method, url, { headers = {}, body = null, onProgress = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const transfer = new XMLHttpRequest();
    transfer.open(method, url);
    transfer.responseType = "json";
    const all = { Accept: "application/json", "X-CSRFToken": document.body.dataset.csrf, ...headers };
    for (const [name, value] of Object.entries(all)) transfer.setRequestHeader(name, value);
    transfer.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    transfer.addEventListener("load", () => resolve(transfer));
    transfer.addEventListener("error", () => reject(new Interrupted()));
    transfer.send(body);
  });
}

/** `exchange` with one renewal of the session; statuses that are no answer to the request itself become errors. */
async function ask(method, url, options) {
  let answer = await exchange(method, url, options);
  if (answer.status === 401 && (await renewSession())) answer = await exchange(method, url, options);
  if (answer.status === 401) location.reload();
  if (answer.status >= 500 || answer.response?.is_retryable) throw new Interrupted(answer.response?.message);
  return answer;
}

function pause(count) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(LONGEST_PAUSE, 1000 * 2 ** count));
    window.addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

export class Transfer {
  /** `onProgress(bytes)` as they leave, `onPause(message, arrived)` while the connection, or the server that
      said why, is awaited: of what left, only `arrived` bytes are there. */
  constructor(file, url, { onProgress, onPause }) {
    Object.assign(this, { file, url, onProgress, onPause, upload: null, isSure: false });
  }

  /** The id of the complete upload. Throws RequestFailed where the file is refused or the connection stays away, FileGone. */
  async run() {
    for (let pauses = 0; ; ) {
      const before = this.upload?.received_bytes ?? 0;
      try {
        await this.#next();
        if (this.upload?.is_complete) return this.upload.id;
      } catch (failure) {
        if (!(failure instanceof Interrupted)) throw failure;
        if (!(await isReadable(this.file))) throw new FileGone();
        if (pauses >= PATIENCE) throw new RequestFailed(0, null);
        this.isSure = false;
        this.onPause(failure.message, this.upload?.received_bytes ?? 0);
        await pause(pauses++);
      }
      if ((this.upload?.received_bytes ?? 0) > before) pauses = 0;
    }
  }

  /** One exchange: where the file has got to, its beginning, or its next part. */
  #next() {
    const id = this.upload?.id ?? recall(this.file)?.id;
    if (!id) return this.#begin();
    return this.isSure ? this.#goOn() : this.#look(id);
  }

  async #look(id) {
    const answer = await ask("GET", `${this.url}${id}/`);
    if (answer.status === 404) return this.#startAnew();
    this.#take(answer);
  }

  async #begin() {
    const headers = { "Upload-Length": this.file.size, "Upload-Metadata": `filename ${inBase64(this.file.name)}` };
    this.#take(await this.#send("POST", this.url, 0, headers));
  }

  async #goOn() {
    const { id, received_bytes: offset } = this.upload;
    const answer = await this.#send("PATCH", `${this.url}${id}/`, offset, { "Upload-Offset": offset });
    if (answer.status === 404) return this.#startAnew();
    if (answer.status === 409) return void (this.isSure = false);
    if (answer.status !== 204) throw new RequestFailed(answer.status, answer.response);
    const received = Number(answer.getResponseHeader("Upload-Offset"));
    this.#keep({ ...this.upload, received_bytes: received, is_complete: received === this.file.size });
  }

  #send(method, url, offset, headers) {
    const body = this.file.slice(offset, offset + PART_BYTES);
    const onProgress = (sent) => this.onProgress(Math.min(this.file.size, offset + sent));
    return ask(method, url, { headers: { "Content-Type": PART_TYPE, ...headers }, body, onProgress });
  }

  #take(answer) {
    if (answer.status >= 400) throw new RequestFailed(answer.status, answer.response);
    this.#keep(answer.response);
  }

  #keep(upload) {
    this.upload = upload;
    this.isSure = true;
    remember(this.file, upload);
    this.onProgress(upload.received_bytes);
  }

  #startAnew() {
    forget(this.file);
    this.upload = null;
  }
}
