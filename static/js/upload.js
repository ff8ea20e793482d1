/** The drop zone: chosen files in a list, one request for the batch, progress a file, refusals by name. */
import { announce, h, icon } from "./dom.js";
import { fill, formatBytes, formatPercent, gettext, ngettext } from "./i18n.js";
import { renewSession } from "./session.js";

const form = document.getElementById("upload-form");
const input = document.getElementById("upload-files");
const zone = document.getElementById("drop-zone");
const list = document.getElementById("upload-list");
const problem = document.getElementById("upload-problem");
const button = document.getElementById("upload-button");
let chosen = [];
let key = "";

function item(file, index) {
  return h(
    "li",
    { class: "upload-file", "data-index": index },
    icon("file-text"),
    h("span", { class: "upload-name" }, file.name),
    h("span", { class: "muted nowrap" }, formatBytes(file.size)),
    h("progress", { max: 1, value: 0, "aria-label": fill(gettext("Upload of {file}"), { file: file.name }), hidden: true }),
    h("span", { class: "upload-share nowrap" }),
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
}

function add(files) {
  const known = new Set(chosen.map((file) => `${file.name}:${file.size}:${file.lastModified}`));
  chosen.push(...[...files].filter((file) => !known.has(`${file.name}:${file.size}:${file.lastModified}`)));
  problem.hidden = true;
  show();
  announce(fill(ngettext("{n} file chosen", "{n} files chosen", chosen.length), { n: chosen.length }));
}

/** Bytes go out in the order of the list, so the sum tells how far each file is. */
function showProgress(sent) {
  let before = 0;
  for (const [index, file] of chosen.entries()) {
    const share = Math.max(0, Math.min(1, (sent - before) / (file.size || 1)));
    const row = list.querySelector(`[data-index="${index}"]`);
    const bar = row.querySelector("progress");
    bar.hidden = false;
    bar.value = share;
    row.querySelector(".upload-share").textContent = share === 1 ? gettext("sent") : formatPercent(share);
    before += file.size;
  }
}

function body() {
  const data = new FormData(form);
  data.delete("files");
  for (const file of chosen) data.append("files", file, file.name);
  return data;
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

function finish(transfer, mayRenew) {
  const answer = transfer.response ?? {};
  if (transfer.status === 401 && mayRenew) return renewSession().then((lives) => (lives ? send(false) : location.reload()));
  if (transfer.status >= 200 && transfer.status < 300) return location.assign(answer.url);
  return refuse(answer.message ?? gettext("The upload failed. Nothing was stored; try again."));
}

function send(mayRenew) {
  const transfer = new XMLHttpRequest();
  transfer.open("POST", form.action);
  transfer.responseType = "json";
  transfer.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
  transfer.setRequestHeader("Accept", "application/json");
  transfer.setRequestHeader("Idempotency-Key", key);
  transfer.upload.addEventListener("progress", (event) => showProgress(event.loaded));
  transfer.addEventListener("load", () => finish(transfer, mayRenew));
  transfer.addEventListener("error", () => refuse(gettext("The connection broke. Press the button again: nothing is stored twice.")));
  transfer.send(body());
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!chosen.length) return;
  setBusy(true);
  send(true);
});

input.addEventListener("change", () => {
  add(input.files);
  input.value = "";
});

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
