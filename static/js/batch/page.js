/** The batch page: first state from the page itself, then every change row by row. */
import { announce, h, icon, readJson, replaceIfChanged } from "../dom.js";
import { fill, formatTime, gettext, ngettext } from "../i18n.js";
import { getJson, postJson } from "../session.js";
import { hasTrait, labelOf, pill, toneOf } from "../statuses.js";
import { BatchConnection } from "./connection.js";
import { documentRow, meter } from "./rows.js";
import { isRead, stepLabel } from "./steps.js";

const root = document.getElementById("batch");
const list = document.getElementById("documents");
const urls = { record: root.dataset.recordUrl ?? "", review: root.dataset.reviewUrl, placeholder: root.dataset.placeholder };
const canRetry = "canRetry" in root.dataset;
const rows = new Map();
let shownStatus = "";
let known = {};
const statusRules = readJson("batch-status-rules");
let duplicates = readJson("batch-duplicates");
let looking;

const MODES = {
  live: ["ok", "plug-connected", gettext("Live")],
  connecting: ["idle", "loader-2", gettext("Connecting…")],
  polling: ["warn", "plug-connected-x", gettext("Every 4 seconds")],
};

function showMode(mode) {
  const [tone, symbol, text] = MODES[mode];
  const place = document.getElementById("connection");
  replaceIfChanged(place, h("span", { class: `pill tone-${tone}`, id: "connection" }, icon(symbol), text));
}

function matchesFilter(row) {
  return !shownStatus || row.status === shownStatus;
}

/** A new row: an attachment below its message and what came with it, everything else at the end. */
function place(fresh, row) {
  const message = row.attachment_of ? document.getElementById(`document-${row.attachment_of.id}`) : null;
  const family = message ? [message, ...list.querySelectorAll(`[data-message="${row.attachment_of.id}"]`)] : [];
  return family.length ? family.at(-1).after(fresh) : list.append(fresh);
}

function showRow(row) {
  const present = document.getElementById(`document-${row.id}`);
  const isOpen = present?.querySelector("details")?.open ?? false;
  const fresh = documentRow(row, { urls, canRetry, isOpen, duplicate: duplicates[row.id] });
  fresh.hidden = !matchesFilter(row);
  if (!present) return place(fresh, row);
  if (present.isEqualNode(fresh)) return present;
  return swapKeepingFocus(present, fresh);
}

/** Only the parts of the row that differ are exchanged, so that a focused link stays focused. */
function swapKeepingFocus(present, fresh) {
  if (!present.contains(document.activeElement)) return present.replaceWith(fresh);
  const focused = document.activeElement;
  const path = `${focused.tagName}${focused.getAttribute("href") ? `[href="${focused.getAttribute("href")}"]` : ""}`;
  present.replaceWith(fresh);
  return fresh.querySelector(path.toLowerCase())?.focus();
}

function counter(status, count) {
  return h(
    "li",
    {},
    h(
      "button",
      { class: `counter tone-${toneOf(status)}`, type: "button", "data-filter": status, "aria-pressed": String(shownStatus === status) },
      h("strong", {}, String(count)),
      labelOf(status),
    ),
  );
}

function showBatch(batch) {
  replaceIfChanged(document.getElementById("batch-status"), Object.assign(pill(batch.status), { id: "batch-status" }));
  const total = batch.page_count ?? null;
  replaceIfChanged(document.getElementById("batch-pages"), Object.assign(meter(batch.pages_done ?? 0, total, toneOf(batch.status)), { id: "batch-pages" }));
  const counters = Object.entries(batch.counts ?? {}).filter(([, count]) => count > 0);
  const fresh = h("ul", { class: "counters", id: "batch-counts" }, counters.map(([status, count]) => counter(status, count)));
  replaceIfChanged(document.getElementById("batch-counts"), fresh);
}

/** Until the whole state is read again: a message does not say that a pause has ended. */
function showPause({ counts, paused }) {
  const place = document.getElementById("batch-paused");
  place.hidden = !paused || !(counts.received || counts.processing);
  if (place.hidden) return;
  const said = gettext("Paused since {time}: no further step begins. Nothing is lost; it goes on by itself once an administrator resumes it.");
  place.querySelector("p").textContent = `${fill(said, { time: formatTime(paused.since) })} ${paused.reason}`.trim();
}

/** Messages carry rows only; the counters follow from all rows. */
function totals() {
  const counts = {};
  let pageCount = 0;
  let pagesDone = 0;
  for (const row of rows.values()) {
    counts[row.status] = (counts[row.status] ?? 0) + 1;
    pageCount += row.page_count ?? 0;
    pagesDone += row.pages_done ?? 0;
  }
  const rule = statusRules.find(({ documents }) => !documents.length || documents.some((status) => counts[status]));
  const status = hasTrait(known.status, "set_by_person") ? known.status : rule.status;
  return { ...known, status, counts, page_count: pageCount, pages_done: pagesDone };
}

function announceChange(before, after) {
  if (!before || before.status === after.status) return;
  announce(fill(gettext("{file}: {status}"), { file: after.file_name, status: labelOf(after.status) }));
}

function remove(id) {
  if (rows.delete(id)) document.getElementById(`document-${id}`)?.remove();
}

/** A whole state (with `batch`) has every document there is; a message has what changed and what is `gone`. */
function apply({ batch, documents, gone }) {
  const present = batch && new Set(documents.map((row) => row.id));
  for (const id of gone ?? [...rows.keys()].filter((id) => present && !present.has(id))) remove(id);
  for (const row of documents ?? []) {
    if (rows.get(row.id)?.at > row.at) continue; // read before what is shown
    announceChange(rows.get(row.id), row);
    if (isRead(row) && rows.has(row.id) && !isRead(rows.get(row.id))) lookForDuplicates();
    rows.set(row.id, row);
    showRow(row);
  }
  if (batch) known = batch;
  showBatch(totals());
  showPause(totals());
  document.getElementById("no-documents").hidden = rows.size > 0;
}

/** The content is known once the sub-documents are; what it is the same as depends on who looks, so it is asked for. */
function lookForDuplicates() {
  clearTimeout(looking);
  looking = setTimeout(async () => {
    duplicates = await getJson(root.dataset.duplicatesUrl).catch(() => duplicates);
    for (const row of rows.values()) showRow(row);
  }, 1000);
}

/** What failed of a document, or one step of it alone. */
async function retry(button) {
  const { retry: document, retryStep, step } = button.dataset;
  button.disabled = true;
  try {
    if (retryStep) await postJson(root.dataset.retryStepUrl.replace(root.dataset.placeholder, retryStep));
    else await postJson(root.dataset.retryUrl, { document });
    announce(fill(gettext("Trying again: {step}"), { step: stepLabel(step) }));
  } catch (failure) {
    button.disabled = false;
    button.before(h("span", { class: "muted" }, failure.message));
  }
}

root.addEventListener("click", (event) => {
  const retryButton = event.target.closest("[data-retry], [data-retry-step]");
  if (retryButton) retry(retryButton);
  const filter = event.target.closest("[data-filter]");
  if (filter) {
    shownStatus = shownStatus === filter.dataset.filter ? "" : filter.dataset.filter;
    for (const button of root.querySelectorAll("[data-filter]")) button.setAttribute("aria-pressed", String(button.dataset.filter === shownStatus));
    let shown = 0;
    for (const row of rows.values()) {
      document.getElementById(`document-${row.id}`).hidden = !matchesFilter(row);
      shown += matchesFilter(row);
    }
    announce(fill(ngettext("{n} document shown", "{n} documents shown", shown), { n: shown }));
  }
});

/** The last look at a deletion finds nothing: the batch itself is gone. */
document.body.addEventListener("htmx:responseError", ({ target, detail }) => {
  if (target.id !== "deletion" || detail.xhr.status !== 404) return;
  const back = document.querySelector(".crumbs a").href;
  root.replaceChildren(h("div", { class: "panel empty" }, h("h1", {}, target.dataset.gone), h("p", { class: "empty-actions" }, h("a", { class: "btn", href: back }, gettext("All batches")))));
  announce(target.dataset.gone);
});

const scheme = location.protocol === "https:" ? "wss" : "ws";
apply(readJson("batch-state"));
new BatchConnection({
  socketUrl: `${scheme}://${location.host}${root.dataset.socketPath}`,
  ticketUrl: root.dataset.ticketUrl,
  stateUrl: root.dataset.stateUrl,
  onState: apply,
  onChange: (message) => message.type === "batch.changed" && apply(message),
  onMode: showMode,
}).open();
