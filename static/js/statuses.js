/** How each status looks and reads. The same table for templates is in documents/templatetags/screens.py; a test compares them. */
import { h, icon } from "./dom.js";
import { gettext } from "./i18n.js";

export const STATUSES = {
  pending: ["idle", "circle-dashed", gettext("Not started")],
  running: ["run", "loader-2", gettext("Running")],
  waiting: ["wait", "hourglass", gettext("Waiting")],
  succeeded: ["ok", "check", gettext("Done")],
  skipped: ["idle", "circle-minus", gettext("Skipped")],
  failed: ["bad", "alert-circle", gettext("Failed")],
  quarantined: ["bad", "lock", gettext("Quarantined")],
  received: ["idle", "inbox", gettext("Received")],
  processing: ["run", "loader-2", gettext("Processing")],
  in_review: ["wait", "eye-check", gettext("In review")],
  delivering: ["run", "database-export", gettext("Delivering")],
  completed: ["ok", "circle-check", gettext("Completed")],
  cancelled: ["idle", "ban", gettext("Cancelled")],
  deleting: ["run", "trash", gettext("Being deleted")],
  deleted: ["idle", "trash", gettext("Deleted")],
  approved: ["ok", "check", gettext("Approved")],
  delivered: ["ok", "database", gettext("In production database")],
  rejected: ["bad", "circle-x", gettext("Rejected")],
  filed: ["idle", "inbox", gettext("Filed: none of our types")],
  withdrawn: ["idle", "arrow-back-up", gettext("Withdrawn")],
  blank: ["idle", "photo", gettext("Blank sheet")],
  finished: ["ok", "checks", gettext("Finished")],
  open: ["idle", "inbox", gettext("Free")],
  claimed: ["run", "user", gettext("With a reviewer")],
  decided: ["ok", "check", gettext("Decided")],
  closed: ["idle", "ban", gettext("Closed")],
};

const SPINNING = new Set(["running", "processing"]);

export const toneOf = (status) => (STATUSES[status] ?? STATUSES.pending)[0];
export const labelOf = (status) => (STATUSES[status] ?? [null, null, status])[2];

export function statusIcon(status) {
  const drawn = icon((STATUSES[status] ?? STATUSES.pending)[1]);
  if (SPINNING.has(status)) drawn.classList.add("spin");
  return drawn;
}

export function pill(status, text = labelOf(status)) {
  return h("span", { class: `pill tone-${toneOf(status)}` }, statusIcon(status), text);
}
