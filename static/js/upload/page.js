/** The drop zone: chosen files in a list, each sent in parts with its own progress, then one batch of them all. */
import { announce, h, icon } from "../dom.js";
import { fill, formatBytes, formatPercent, gettext, ngettext } from "../i18n.js";
import { request } from "../session.js";
import { forget, forgetKey, recall, unfinished } from "./memory.js";
import { Transfer } from "./transfer.js";

const AT_ONCE = 3;
const form = document.getElementById("upload-form");
const input = document.getElementById("upload-files");
const zone = document.getElementById("drop-zone");
const list = document.getElementById("upload-list");
const problem = document.getElementById("upload-problem");
const button = document.getElementById("upload-button");
const earlier = document.getElementById("upload-earlier");
let chosen = [];
let key = "";

function item(file, index) {
  const sent = recall(file)?.sent ?? 0;
  return h(
    "li",
    { class: "upload-file", "data-index": index },
    icon("file-text"),
    h("span", { class: "upload-name" }, file.name),
    h("span", { class: "muted nowrap" }, formatBytes(file.size)),
    h("progress", { max: 1, value: file.size ? sent / file.size : 0, "aria-label": fill(gettext("Upload of {file}"), { file: file.name }), hidden: !sent }),
    h("span", { class: "upload-share nowrap" }, sent ? formatPercent(sent / file.size) : ""),
    h("button", { class: "btn btn-sm btn-icon btn-quiet", type: "button", "data-remove": index, "aria-label": fill(gettext("Remove {file}"), { file: file.name }) }, icon("x", "sm")),
  );
}

function show() {
  list.replaceChildren(...chosen.map(item));
  form.classList.toggle("has-files", chosen.length > 0);
  button.disabled = chosen.length === 0;
  const words = ngettext("Process {n} file", "Process {n} files", chosen.length || 1);
  button.querySelector("[data-label]").textContent = chosen.length ? fill(words, { n: chosen.length }) : gettext("Choose files first");
  key = crypto.randomUUID();
  showEarlier();
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
  const known = new Set(chosen.map((file) => `${file.name}:${file.size}:${file.lastModified}`));
  chosen.push(...[...files].filter((file) => !known.has(`${file.name}:${file.size}:${file.lastModified}`)));
  problem.hidden = true;
  show();
  announce(fill(ngettext("{n} file chosen", "{n} files chosen", chosen.length), { n: chosen.length }));
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
  row.querySelector(".upload-share").textContent = share === 1 ? gettext("sent") : formatPercent(share);
}

function showPause(file) {
  rowOf(file).querySelector(".upload-share").textContent = gettext("waiting");
  problem.hidden = false;
  problem.querySelector("p").textContent = gettext("The connection is interrupted. Leave the page open: it goes on by itself where it stopped.");
}

function showRefusal(file, failure) {
  const row = rowOf(file);
  row.querySelector(".upload-refusal")?.remove();
  row.querySelector("progress").hidden = true;
  row.querySelector(".upload-share").textContent = "";
  const message = failure.status ? failure.message : gettext("The connection broke. Press the button again: it goes on where it stopped.");
  row.append(h("p", { class: "upload-refusal" }, icon("alert-circle", "sm"), message));
}

function refuse(message) {
  problem.hidden = false;
  problem.querySelector("p").textContent = message;
  setBusy(false);
}

function setBusy(isBusy) {
  button.disabled = isBusy;
  form.setAttribute("aria-busy", String(isBusy));
  for (const remove of list.querySelectorAll("[data-remove]")) remove.hidden = isBusy;
}

/** The id of its upload, or null where it was refused, which its row then says. */
async function send(file) {
  const transfer = new Transfer(file, form.dataset.uploadsUrl, {
    onProgress: (sent) => {
      problem.hidden = true;
      showProgress(file, sent);
    },
    onPause: () => showPause(file),
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
  const work = async () => {
    for (const [index, file] of queue) ids[index] = await send(file);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ids;
}

async function submitBatch(ids) {
  const data = new FormData(form);
  data.delete("files");
  for (const id of ids) data.append("upload", id);
  const answer = await request(form.action, { method: "POST", body: data, headers: { "Idempotency-Key": key } });
  const said = await answer.json().catch(() => null);
  if (!answer.ok) return refuse(said?.message ?? gettext("The batch was not made. Press the button again: nothing is sent twice."));
  chosen.forEach(forget);
  return location.assign(said.url);
}

async function process() {
  setBusy(true);
  problem.hidden = true;
  const ids = await sendAll(chosen);
  const refused = ids.filter((id) => id === null).length;
  if (refused) return refuse(fill(ngettext("{n} file was not sent: its reason is below. Remove it to go on without it.", "{n} files were not sent: their reasons are below. Remove them to go on without them.", refused), { n: refused }));
  try {
    return await submitBatch(ids);
  } catch {
    return refuse(gettext("The connection broke. Press the button again: nothing is stored twice."));
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (chosen.length) process();
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
  chosen.splice(Number(remove.dataset.remove), 1);
  show();
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
