/** One document of a batch as a row: file, facts, strip, pages, sub-documents, failure. */
import { h, icon } from "../dom.js";
import { fill, formatNumber, formatPercent, formatTime, gettext, ngettext } from "../i18n.js";
import { hasTrait, pill, STATUSES, toneOf } from "../statuses.js";
import { failedStep, stepLabel, stepList, stepStrip } from "./steps.js";

const FACTS = {
  format: gettext("Format"),
  language: gettext("Language"),
  sender: gettext("From"),
  producer: gettext("Producer"),
  encryption: gettext("Encryption"),
  title: gettext("Title"),
};

export function meter(done, total, tone = "run") {
  const label = total === null ? gettext("pages not counted yet") : fill(gettext("{done} of {total} pages"), { done: formatNumber(done), total: formatNumber(total) });
  const bar = h("progress", { max: total || 1, value: total ? done : 0, "aria-label": label });
  return h("div", { class: `meter tone-${tone}` }, bar, h("span", {}, total === null ? "–" : `${formatNumber(done)} / ${formatNumber(total)}`));
}

function facts(metadata) {
  const known = Object.entries(FACTS).filter(([key]) => metadata?.[key]);
  if (!known.length) return null;
  const pairs = known.map(([key, label]) => h("div", {}, h("dt", {}, label), h("dd", {}, String(metadata[key]))));
  return h("dl", { class: "facts" }, pairs);
}

function repairOf(row) {
  if (!row.metadata?.is_repaired) return null;
  const why = gettext("The file is damaged and was rebuilt for reading; something may be missing.");
  return h("span", { class: "tag doc-repaired", title: why }, icon("alert-triangle", "sm"), gettext("repaired"));
}

function messageOf(row) {
  if (!row.attachment_of) return null;
  return h("div", { class: "doc-message" }, fill(gettext("attachment of {file}"), { file: row.attachment_of.file_name }));
}

function pagesOf(sub) {
  const words = ngettext("page {first}", "pages {first}–{last}", sub.last_page - sub.first_page + 1);
  return fill(words, { first: sub.first_page, last: sub.last_page });
}

function routeOf(sub) {
  if (sub.route === "auto") return h("span", { class: "tag" }, icon("robot", "sm"), gettext("automatic"));
  if (sub.route === "review") return h("span", { class: "tag" }, icon("user-check", "sm"), gettext("by a person"));
  return null;
}

function confidenceOf(sub) {
  if (sub.confidence === null || sub.confidence === undefined) return null;
  return h("span", { class: "sub-confidence" }, fill(gettext("confidence {share}"), { share: formatPercent(sub.confidence) }));
}

function subDocument(sub, urls) {
  const links = [];
  if (hasTrait(sub.status, "in_review")) links.push(h("a", { class: "btn btn-sm btn-quiet", href: urls.review.replace(urls.placeholder, sub.id) }, icon("eye-check", "sm"), gettext("Review")));
  if (hasTrait(sub.status, "has_record") && urls.record) links.push(h("a", { class: "btn btn-sm btn-quiet", href: urls.record.replace(urls.placeholder, sub.id) }, icon("database", "sm"), gettext("Record")));
  return h(
    "li",
    { class: "sub-document" },
    h("span", { class: "sub-type" }, sub.type || gettext("Unknown type")),
    h("span", { class: "muted" }, pagesOf(sub)),
    pill(STATUSES[sub.decision] ? sub.decision : sub.status),
    routeOf(sub),
    confidenceOf(sub),
    links,
  );
}

function problem(row, canRetry) {
  const step = failedStep(row.steps);
  const message = row.error?.message ?? step?.error?.message ?? step?.error;
  if (!message) return null;
  const where = step ? h("strong", {}, `${stepLabel(step.name)}: `) : null;
  const button =
    canRetry && step && step.name !== "upload"
      ? h("button", { class: "btn btn-sm", type: "button", "data-retry": row.id, "data-step": step.name }, icon("refresh", "sm"), gettext("Retry"))
      : null;
  const isMinor = !row.error && !hasTrait(row.status, "broken");
  return h("div", { class: isMinor ? "problem is-minor" : "problem" }, icon("alert-circle"), h("p", {}, where, message), button);
}

/** What was approved lies among the dead letters: it is not on its way, whatever the step says. */
function refusalOf(row) {
  if (!row.refusal) return null;
  const next = gettext("Send it again or give it up under Processing, Dead letters.");
  return h("div", { class: "problem" }, icon("alert-circle"), h("p", {}, `${row.refusal} ${next}`));
}

/** Recognised, not merged: where the same was received before. */
function duplicateOf(duplicate) {
  if (!duplicate) return null;
  const words = duplicate.kind === "same_bytes" ? gettext("Same file as") : gettext("Same content as");
  return h("p", { class: "doc-duplicate" }, icon("stack-2", "sm"), h("span", {}, words, " ", h("a", { href: duplicate.url }, duplicate.file_name), ", ", formatTime(duplicate.received_at)));
}

function actions(row) {
  if (!row.review_url) return null;
  return h("a", { class: "btn btn-sm btn-primary", href: row.review_url }, icon("eye-check", "sm"), gettext("Review"));
}

function details(row, isOpen, canRetry) {
  return h("details", { class: "doc-steps", open: isOpen, "data-steps-of": row.id }, h("summary", {}, gettext("Steps in words")), stepList(row.steps, canRetry));
}

/** The whole row; `isOpen` keeps the list of steps open over an update. */
export function documentRow(row, { urls, canRetry, isOpen, duplicate }) {
  const subs = row.sub_documents ?? [];
  return h(
    "li",
    { class: `doc tone-${toneOf(row.status)}${row.attachment_of ? " is-attachment" : ""}`, "data-message": row.attachment_of?.id, id: `document-${row.id}`, "data-status": row.status },
    h(
      "div",
      { class: "doc-main" },
      h("div", { class: "doc-name" }, h("a", { class: "row-link", href: row.url }, icon("file-text"), h("span", {}, row.file_name)), messageOf(row), repairOf(row), facts(row.metadata)),
      stepStrip(row.steps),
      meter(row.pages_done ?? 0, row.page_count ?? null, toneOf(row.status)),
      h("div", { class: "doc-state" }, pill(row.status)),
      h("div", { class: "doc-actions" }, actions(row)),
    ),
    problem(row, canRetry),
    refusalOf(row),
    duplicateOf(duplicate),
    subs.length ? h("ul", { class: "sub-documents" }, subs.map((sub) => subDocument(sub, urls))) : null,
    details(row, isOpen, canRetry),
  );
}
