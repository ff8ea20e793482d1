/** Proposed fields and tables: each accepted, renamed or dropped by one key. */
import { announce, h, icon } from "../dom.js";
import { fill, gettext, ngettext } from "../i18n.js";

/** Proposals that are still open, and the keys that decide them. */
export class Proposals {
  constructor(answer) {
    const fields = answer.fields.filter((one) => !one.in_draft);
    this.open = [
      ...fields.map((one) => ({ definition: one.field, places: one.values, texts: one.values.map((value) => value.raw_text), is_table: false })),
      ...answer.tables.map((one) => ({ definition: one.table, places: one.places, texts: [], is_table: true })),
    ];
  }

  /** Takes one away and gives it; undefined where it is gone already. */
  take(proposal) {
    const at = this.open.indexOf(proposal);
    return at < 0 ? undefined : this.open.splice(at, 1)[0];
  }
}

/** What is done with a proposal by a key: "accept", "drop", "rename", "next", "previous" or nothing. */
export function actionOf(key) {
  return { Enter: "accept", a: "accept", Delete: "drop", Backspace: "drop", d: "drop", r: "rename", F2: "rename", ArrowDown: "next", ArrowUp: "previous" }[key];
}

/** The list; `first` is the document beside it. `accept(field definition)`, `acceptTable(table definition)`, `show(place)`. */
export function proposalList(answer, first, { accept, acceptTable, show }) {
  const proposals = new Proposals(answer);
  const list = h("ul", { class: "proposals" });
  const count = h("p", { class: "muted", role: "status" });

  const said = () => {
    const n = proposals.open.length;
    count.textContent = n ? fill(ngettext("{n} proposal: Enter takes it, R renames it, Del drops it", "{n} proposals: Enter takes one, R renames it, Del drops it", n), { n }) : gettext("Nothing is left of the proposals.");
  };

  function decide(proposal, row, isAccepted) {
    if (!proposals.take(proposal)) return;
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (isAccepted && proposal.is_table) acceptTable(proposal.definition);
    else if (isAccepted) accept(proposal.definition);
    announce(fill(isAccepted ? gettext("Taken: {label}") : gettext("Dropped: {label}"), { label: proposal.definition.label }));
    said();
    neighbour?.querySelector("[data-proposal]")?.focus();
  }

  function rename(proposal, row) {
    const label = row.querySelector("strong");
    const input = h("input", { type: "text", class: "form-control form-control-sm", value: proposal.definition.label, maxlength: 120, "aria-label": gettext("Label on paper") });
    const end = (isKept) => {
      const aliases = proposal.definition.aliases ?? [];
      const old = proposal.definition.label;
      if (isKept && input.value.trim() && input.value.trim() !== old) {
        proposal.definition = { ...proposal.definition, label: input.value.trim(), name: "" };
        if (!proposal.is_table) proposal.definition.aliases = [...new Set([old, ...aliases])];
      }
      label.replaceChildren(proposal.definition.label);
      row.querySelector("[data-proposal]").focus();
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") end(true);
      else if (event.key === "Escape") end(false);
    });
    input.addEventListener("blur", () => input.isConnected && end(true));
    label.replaceChildren(input);
    input.focus();
    input.select();
  }

  function act(proposal, row, action) {
    if (action === "accept" || action === "drop") decide(proposal, row, action === "accept");
    else if (action === "rename") rename(proposal, row);
    else (action === "next" ? row.nextElementSibling : row.previousElementSibling)?.querySelector("[data-proposal]")?.focus();
  }

  function line(proposal) {
    const { definition } = proposal;
    const example = proposal.texts.filter(Boolean).slice(0, 2).join(" · ");
    const note = proposal.is_table ? fill(ngettext("table with {n} column", "table with {n} columns", definition.columns.length), { n: definition.columns.length }) : example;
    const row = h("li", {},
      h("div", { class: "proposal", tabindex: 0, role: "group", "data-proposal": "", "aria-label": `${definition.label} ${note}` },
        h("span", { class: "proposal-text" }, h("strong", {}, definition.label), h("span", { class: "outline-note" }, definition.type ?? ""), h("span", { class: "cell-note" }, note)),
        h("button", { type: "button", class: "btn btn-sm", "data-do": "accept" }, icon("plus", "sm"), gettext("Take")),
        h("button", { type: "button", class: "btn btn-sm btn-quiet btn-icon", "data-do": "drop", "aria-label": fill(gettext("Drop {label}"), { label: definition.label }) }, icon("x", "sm"))));
    const box = row.firstElementChild;
    row.addEventListener("click", (event) => {
      const action = event.target.closest("[data-do]")?.dataset.do;
      if (action) act(proposal, row, action);
    });
    box.addEventListener("keydown", (event) => {
      const action = event.target === box && !event.ctrlKey && !event.altKey ? actionOf(event.key) : undefined;
      if (!action) return;
      event.preventDefault();
      act(proposal, row, action);
    });
    box.addEventListener("focus", () => {
      const place = proposal.places.find((one) => one.document_id === first && one.polygon);
      if (place) show(place);
    });
    return row;
  }

  list.append(...proposals.open.map(line));
  said();
  return h("div", {}, count, list);
}
