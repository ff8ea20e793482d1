/** A rehearsal of the draft on approved documents: what would change, before it is published. */
import { h } from "../dom.js";
import { fill, formatPercent, gettext, ngettext } from "../i18n.js";
import { getJson, postJson } from "../session.js";

const EVERY = 1000; // ms between two questions for its progress

/** "93% (88%–96%)" of a share with its interval; a dash where nothing can be said. */
export function shareText(share) {
  return share ? `${formatPercent(share.share)} (${formatPercent(share.low)}–${formatPercent(share.high)})` : "–";
}

/** Fields of which anything would be otherwise. */
export const changedFields = (summary) => summary.fields.filter((one) => one.documents > one.same);

/** Starts one and calls `show(node)` with its progress, then with its report. */
export async function rehearse(urls, revision, show) {
  let state = await postJson(urls.rehearsals, revision ? { revision } : {});
  const url = `${urls.rehearsals}${state.id}/`;
  while (!state.finished_at) {
    const said = fill(gettext("Rehearsed on {done} of {n} documents …"), { done: state.done, n: state.documents });
    show(h("div", { role: "status" }, h("p", { class: "muted" }, said), h("progress", { max: Math.max(1, state.documents), value: state.done, "aria-label": said })));
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    state = await getJson(url);
  }
  show(report(state));
}

function report(state) {
  const { summary } = state;
  if (!summary?.documents) return h("p", { class: "notice" }, gettext("There is no approved document of this type to rehearse on."));
  const rows = [
    [gettext("Values that are right"), summary.before.values, summary.after.values],
    [gettext("Documents that are right"), summary.before.documents, summary.after.documents],
    [gettext("Approved without a person, once that is earned"), summary.before.automatic, summary.after.automatic],
    [gettext("Of these wrong"), summary.before.automatic_wrong, summary.after.automatic_wrong],
  ];
  const changed = changedFields(summary);
  return h("div", {},
    h("h3", {}, fill(ngettext("Rehearsed on {n} approved document", "Rehearsed on {n} approved documents", summary.documents), { n: summary.documents })),
    h("table", { class: "grid-table" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, gettext("With 95 % intervals")), h("th", { scope: "col" }, state.base || gettext("now")), h("th", { scope: "col" }, gettext("draft")))),
      h("tbody", {}, rows.map(([label, before, after]) => h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, shareText(before)), h("td", {}, shareText(after)))))),
    changed.length ? h("ul", { class: "change-list" }, changed.map((one) => h("li", {}, h("strong", {}, one.label), ` ${changes(one)}`))) : h("p", { class: "muted" }, gettext("Every value would be the same.")),
    state.differences.length ? h("details", { class: "more" }, h("summary", {}, gettext("Document by document")), h("ul", { class: "change-list" }, state.differences.map(difference))) : "");
}

function changes(one) {
  const told = [
    [one.wrong_to_right, gettext("{n} put right")],
    [one.right_to_wrong, gettext("{n} made wrong")],
    [one.wrong_to_wrong + one.changed, gettext("{n} otherwise")],
    [one.appeared, gettext("{n} appear")],
    [one.disappeared, gettext("{n} disappear")],
  ];
  return told.filter(([n]) => n).map(([n, text]) => fill(text, { n })).join(", ");
}

function difference(one) {
  const values = one.values.map((value) => h("li", {}, [value.table, `${value.name}: ${value.before ?? "–"} → ${value.after ?? "–"}`].filter(Boolean).join(" › "), value.approved === null ? "" : h("span", { class: "muted" }, ` ${fill(gettext("approved: {value}"), { value: value.approved })}`)));
  return h("li", {}, h("strong", {}, one.file_name), h("ul", { class: "change-list" }, values));
}
