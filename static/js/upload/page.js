/** The drop zone: chosen files in a list, each sent in parts with its own progress, then one batch of them all. */
import { announce, h, icon } from "../dom.js";
import { fill, formatBytes, formatPercent, gettext, ngettext } from "../i18n.js";
import { request } from "../session.js";
import { forget, forgetKey, recall, unfinished } from "./memory.js";
import { FileGone, Transfer } from "./transfer.js";

const AT_ONCE = 3;
const form = document.getElementById("upload-form");
const input = document.getElementById("upload-files");
const zone = document.getElementById("drop-zone");
const list = document.getElementById("upload-list");
const problem = document.getElementById("upload-problem");
const button = document.getElementById("upload-button");
const earlier = document.getElementById("upload-earlier");
const goOn = document.getElementById("upload-go-on");
const refusals = new Map(); // chosen file: why it was not taken
let chosen = [];
let key = "";
let isBusy = false;

const shareText = (share) => (share === 1 ? gettext("sent") : formatPercent(share));

function item(file, index) {
  const refusal = refusals.get(file);
  const sent = refusal ? 0 : recall(file)?.sent ?? 0;
  return h(
    "li",
    { class: "upload-file", "data-index": index },
    icon("file-text"),
    h("span", { class: "upload-name" }, file.name),
    h("span", { class: "muted nowrap" }, formatBytes(file.size)),
    h("progress", { max: 1, value: file.size ? sent / file.size : 0, "aria-label": fill(gettext("Upload of {file}"), { file: file.name }), hidden: !sent }),
    h("span", { class: "upload-share nowrap" }, sent ? shareText(sent / file.size) : ""),
    h("button", { class: "btn btn-sm btn-icon btn-quiet", type: "button", "data-remove": index, hidden: isBusy, "aria-label": fill(gettext("Remove {file}"), { file: file.name }) }, icon("x", "sm")),
    refusal && h("p", { class: "upload-refusal" }, icon("alert-circle", "sm"), refusal),
  );
}

function label(text) {
  button.querySelector("[data-label]").textContent = text;
}

function say(message, { isPause = false } = {}) {
  problem.hidden = !message;
  problem.classList.toggle("is-pause", isPause);
  problem.querySelector("p").textContent = message;
  goOn.hidden = true;
}

function show() {
  list.replaceChildren(...chosen.map(item));
  form.classList.toggle("has-files", chosen.length > 0);
  button.disabled = isBusy || chosen.length === 0;
  const words = ngettext("Process {n} file", "Process {n} files", chosen.length || 1);
  label(chosen.length ? fill(words, { n: chosen.length }) : gettext("Choose files first"));
  showEarlier();
  showRefused();
}

/** Other files are another batch: a repeated submission of these ones is known by its key. */
function choose(files) {
  chosen = files;
  key = crypto.randomUUID();
  show();
}

/** How many of the chosen were not taken, and the way on without them. */
function showRefused() {
  const count = chosen.filter((file) => refusals.has(file)).length;
  if (!count) return say("");
  say(fill(ngettext("{n} file was not sent: its reason is below.", "{n} files were not sent: their reasons are below.", count), { n: count }));
  goOn.hidden = count === chosen.length;
  goOn.textContent = ngettext("Go on without it", "Go on without them", count);
}

/** What was begun before the page was loaded and is not chosen again yet. */
function showEarlier() {
  const here = new Set(chosen.map((file) => recall(file)?.id));
  const left = unfinished().filter((entry) => !here.has(entry.id));
  earlier.hidden = left.length === 0;
  earlier.querySelector("ul").replaceChildren(
    ...left.map((entry) =>
      h(
        "li",
        {},
        fill(gettext("{file}: {share} of {size} has arrived."), { file: entry.name, share: formatPercent(entry.size ? entry.sent / entry.size : 1), size: formatBytes(entry.size) }),
        h("button", { class: "btn btn-sm btn-quiet", type: "button", "data-give-up": entry.key, "data-id": entry.id, "aria-label": fill(gettext("Give up the upload of {file}"), { file: entry.name }) }, gettext("Give up")),
      ),
    ),
  );
}

function add(files) {
  if (isBusy) return say(gettext("These files are on their way. Put further ones into the next batch."));
  const known = new Set(chosen.map((file) => `${file.name}:${file.size}:${file.lastModified}`));
  choose([...chosen, ...[...files].filter((file) => !known.has(`${file.name}:${file.size}:${file.lastModified}`))]);
  return announce(fill(ngettext("{n} file chosen", "{n} files chosen", chosen.length), { n: chosen.length }));
}

function rowOf(file) {
  return list.querySelector(`[data-index="${chosen.indexOf(file)}"]`);
}

function showProgress(file, sent) {
  const share = file.size ? sent / file.size : 1;
  const row = rowOf(file);
  const bar = row.querySelector("progress");
  bar.hidden = false;
  bar.value = share;
  row.querySelector(".upload-share").textContent = shareText(share);
}

function showPause(file, reason, arrived) {
  showProgress(file, arrived);
  rowOf(file).querySelector(".upload-share").textContent = gettext("waiting");
  const message = reason || gettext("The connection is interrupted.");
  say(fill(gettext("{message} Leave the page open: it goes on by itself where it stopped."), { message }), { isPause: true });
}

function showRefusal(file, failure) {
  const isSaid = failure.status || failure instanceof FileGone;
  refusals.set(file, isSaid ? failure.message : gettext("The connection broke. Press the button again: it goes on where it stopped."));
  rowOf(file).replaceWith(item(file, chosen.indexOf(file)));
}

function refuse(message) {
  setBusy(false);
  say(message);
}

function showCount(done) {
  label(fill(gettext("Sending: {done} of {n}"), { done, n: chosen.length }));
}

function setBusy(busy) {
  isBusy = busy;
  input.disabled = busy;
  form.setAttribute("aria-busy", String(busy));
  show();
}

/** The id of its upload, or null where it was refused, which its row then says. */
async function send(file) {
  const transfer = new Transfer(file, form.dataset.uploadsUrl, {
    onProgress: (sent) => {
      if (problem.classList.contains("is-pause")) say("");
      showProgress(file, sent);
    },
    onPause: (reason, arrived) => showPause(file, reason, arrived),
  });
  try {
    return await transfer.run();
  } catch (failure) {
    showRefusal(file, failure);
    return null;
  }
}

/** All of them, a few at a time; ids in the order of the list. */
async function sendAll(files) {
  const ids = Array(files.length).fill(null);
  const queue = files.entries();
  let done = 0;
  const work = async () => {
    for (const [index, file] of queue) {
      ids[index] = await send(file);
      showCount((done += 1));
    }
  };
  showCount(done);
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ids;
}

async function submitBatch(ids) {
  const data = new FormData(form);
  data.delete("files");
  for (const id of ids) data.append("upload", id);
  const answer = await request(form.action, { method: "POST", body: data, headers: { "Idempotency-Key": key } });
  const said = await answer.json().catch(() => null);
  if (said?.code === "idempotency_key_reused") return refuse(gettext("These files are submitted already, with another name, type or team: load the page again to see their batch."));
  if (!answer.ok) return refuse(said?.message ?? gettext("The batch was not made. Press the button again: nothing is sent twice."));
  chosen.forEach(forget);
  return location.assign(said.url);
}

async function process() {
  refusals.clear();
  setBusy(true);
  const ids = await sendAll(chosen);
  if (refusals.size) {
    setBusy(false);
    list.querySelector(".upload-refusal").scrollIntoView({ block: "nearest" });
    return (goOn.hidden ? list.querySelector("[data-remove]") : goOn).focus({ preventScroll: true });
  }
  try {
    return await submitBatch(ids);
  } catch {
    return refuse(gettext("The connection broke. Press the button again: nothing is stored twice."));
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (chosen.length && !isBusy) process();
});

goOn.addEventListener("click", () => {
  choose(chosen.filter((file) => !refusals.has(file)));
  process();
});

earlier.addEventListener("click", (event) => {
  const giveUp = event.target.closest("[data-give-up]");
  if (!giveUp) return;
  forgetKey(giveUp.dataset.giveUp);
  showEarlier();
  request(`${form.dataset.uploadsUrl}${giveUp.dataset.id}/`, { method: "DELETE" }).catch(() => {});
});

function addChosen() {
  add(input.files);
  input.value = "";
}

input.addEventListener("change", addChosen);

list.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-remove]");
  if (!remove) return;
  choose(chosen.toSpliced(Number(remove.dataset.remove), 1));
  (list.querySelector("[data-remove]") ?? input).focus();
});

for (const kind of ["dragenter", "dragover"]) {
  zone.addEventListener(kind, (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
}
for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("is-over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  add(event.dataTransfer.files);
});
window.addEventListener("dragover", (event) => event.preventDefault());
window.addEventListener("drop", (event) => event.preventDefault());

show();
if (input.files.length) addChosen(); // before this module was there
