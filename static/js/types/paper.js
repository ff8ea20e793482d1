/** The draft on real paper: tried on a document beside its page; fields proposed from examples, or by a click on words. */
import { announce, h, icon } from "../dom.js";
import { fill, formatPercent, gettext, ngettext } from "../i18n.js";
import { getJson, postJson } from "../session.js";
import { PageViewer } from "../viewer/viewer.js";
import { proposalList } from "./proposals.js";
import { rehearse } from "./rehearsal.js";

const MOST_EXAMPLES = 5;

/** The boxes of a tried document: values, and the cells of tables. */
export function boxesOf(result) {
  const values = result.fields.map((one) => ({ ...one, id: `${one.name}.${one.item}` }));
  const cells = result.tables.flatMap((table) => table.rows.flatMap((row) => row.cells.map((cell) => ({ ...cell, id: `${table.name}.${row.number}.${cell.name}`, is_cell: true }))));
  return [...values, ...cells].filter((one) => one.polygon).map((one) => ({ id: one.id, page: one.page, polygon: one.polygon, tone: toneOf(one), label: `${one.label}: ${one.value ?? one.raw_text}`, is_cell: one.is_cell }));
}

/** How a value stands: it failed a check, a person would look, or it is sure. */
export function toneOf(value) {
  if (value.has_failed_check) return "bad";
  return value.is_sure ? "ok" : "warn";
}

export class Paper {
  /** `saver` stores the draft first; `add(field)` and `addTable(table)` put something into it. */
  constructor({ root, urls, saver, draft, add, addTable, wanted = "" }) {
    Object.assign(this, { root, urls, saver, draft, add, addTable });
    this.select = root.querySelector("#paper-document");
    this.place = root.querySelector("#paper-viewer");
    this.results = root.querySelector("#paper-results");
    this.template = document.getElementById("viewer-template");
    this.viewer = null;
    this.shown = "";
    this.select.addEventListener("change", () => this.try());
    root.querySelector("#paper-try").addEventListener("click", () => this.try());
    root.querySelector("#paper-propose").addEventListener("click", () => this.propose());
    root.querySelector("#paper-rehearse").addEventListener("click", () => this.rehearse());
    root.addEventListener("click", (event) => this.#click(event));
    this.ready = this.#load(wanted);
  }

  async #load(wanted) {
    this.documents = await getJson(this.urls.documents);
    this.root.classList.toggle("has-none", !this.documents.length);
    this.select.replaceChildren(h("option", { value: "" }, gettext("Choose a document")), ...this.documents.map((one) => h("option", { value: one.id }, this.#label(one))));
    if (wanted && this.documents.some((one) => one.id === wanted)) {
      this.select.value = wanted;
      await this.propose();
    }
  }

  #label(one) {
    const type = one.type_name || gettext("unknown type");
    return `${one.file_name} · ${type} · ${fill(ngettext("{n} page", "{n} pages", one.page_count), { n: one.page_count })}`;
  }

  /** The chosen document, and those that follow it in the list: what proposals are made from. */
  get examples() {
    const ids = this.documents.map((one) => one.id);
    const at = ids.indexOf(this.select.value);
    const kind = this.documents[at]?.group;
    const like = this.documents.filter((one, number) => number !== at && one.group === kind && kind !== "other").map((one) => one.id);
    return [this.select.value, ...like].filter(Boolean).slice(0, this.root.querySelector("#paper-several").checked ? MOST_EXAMPLES : 1);
  }

  /** After the draft was stored: what is shown is read with it. */
  stored() {
    if (this.shown === "values") this.try();
  }

  async try() {
    if (!this.select.value || !(await this.saver.flush())) return;
    await this.#work(gettext("The draft is run on the document …"), async () => {
      const { revision, base } = this.draft();
      const chosen = revision ? {} : { version: base };
      const answer = await postJson(this.urls.try, { document_id: this.select.value, ...chosen });
      await this.#showPages(answer.document);
      this.viewer.setBoxes(boxesOf(answer.result));
      this.shown = "values";
      this.#showValues(answer);
    });
  }

  async propose() {
    if (!this.select.value) return this.#say(gettext("Choose a document first."));
    await this.saver.flush();
    await this.#work(gettext("The pages are looked through …"), async () => {
      const examples = this.examples;
      const answer = await postJson(this.urls.proposals, { document_ids: examples });
      await this.#showPages(await this.#documentOf(examples[0]));
      this.shown = "proposals";
      this.#showProposals(answer, examples[0]);
    });
  }

  /** The pages of a document, as a trial gives them. */
  async #documentOf(id) {
    const { revision, base } = this.draft();
    return (await postJson(this.urls.try, { document_id: id, ...(revision ? {} : { version: base }) })).document;
  }

  async rehearse() {
    if (!(await this.saver.flush())) return;
    this.shown = "rehearsal";
    await this.#work(gettext("Rehearsed on approved documents …"), () => rehearse(this.urls, this.draft().revision, (node) => this.results.replaceChildren(node)));
  }

  async #work(text, work) {
    this.#say(text);
    try {
      await work();
    } catch (error) {
      this.#say(error.message, true);
    }
  }

  #say(text, isBad = false) {
    this.results.replaceChildren(h("p", { class: isBad ? "notice notice-error" : "muted", role: isBad ? "alert" : "status" }, text));
  }

  async #showPages(paper) {
    if (this.paper === paper.id && this.viewer) return;
    this.paper = paper.id;
    this.place.replaceChildren(this.template.content.cloneNode(true));
    const pages = paper.pages.map((page) => ({ ...page, words_url: this.urls.words.replace("00000000-0000-0000-0000-000000000000", page.id) }));
    this.viewer = new PageViewer(this.place.firstElementChild, pages);
    this.viewer.addEventListener("box", ({ detail: id }) => this.#chooseBox(id));
    this.viewer.addEventListener("words", ({ detail }) => this.#fieldAt(detail));
    await this.viewer.show(pages[0].number);
  }

  async #fieldAt({ page, words, indexes }) {
    if (!indexes.length) return;
    try {
      const found = await postJson(this.urls.fieldAt, { document_id: this.select.value, page: page.number, words: [...indexes] });
      this.add(found.field);
      announce(fill(gettext("Field added: {label}"), { label: found.field.label || words.map(([text]) => text).join(" ") }));
    } catch (error) {
      this.#say(error.message, true);
    }
  }

  #chooseBox(id) {
    const row = this.results.querySelector(`[data-box="${CSS.escape(id)}"]`);
    row?.scrollIntoView({ block: "nearest" });
    row?.focus({ preventScroll: true });
  }

  #click(event) {
    const row = event.target.closest("[data-box]");
    if (!row || !this.results.contains(row)) return;
    const box = this.viewer?.boxes.find((one) => one.id === row.dataset.box);
    if (box) this.viewer.focusOn(box);
  }

  #showValues({ result, published, differences }) {
    const { outcome } = result;
    const verdict = outcome.is_in_range ? gettext("Every value is sure: it could be approved without a person once the type has earned that.") : gettext("A person would look at it.");
    this.results.replaceChildren(
      h("p", { class: `notice ${outcome.is_in_range ? "notice-success" : "notice-warning"}` }, verdict),
      outcome.reasons.length ? h("ul", { class: "change-list" }, outcome.reasons.map((one) => h("li", {}, one.text))) : "",
      result.left_out.length ? h("p", { class: "form-problem" }, fill(gettext("Left out, because something is missing: {names}"), { names: result.left_out.map((one) => one.label || one.path).join(", ") })) : "",
      published ? this.#differences(differences) : "",
      h("ul", { class: "tried-values" }, result.fields.map((one) => this.#value(one))),
      ...result.tables.map((table) => this.#table(table)),
    );
  }

  #differences(differences) {
    if (!differences.length) return h("p", { class: "muted" }, gettext("The published version reads the same values."));
    return h("details", { class: "more", open: true }, h("summary", {}, fill(ngettext("{n} value is another than in the published version", "{n} values are others than in the published version", differences.length), { n: differences.length })),
      h("ul", { class: "change-list" }, differences.map((one) => h("li", {}, h("strong", {}, one.label), ` ${one.published ?? "–"} → ${one.result ?? "–"}`))));
  }

  #value(one) {
    const found = one.value ?? one.raw_text;
    const head = [h("strong", {}, one.label), h("span", { class: `tried-text${found ? "" : " muted"}` }, found || gettext("not found"))];
    const sure = one.confidence === null ? "" : h("span", { class: `pill tone-${toneOf(one)}` }, icon({ ok: "check", warn: "alert-triangle", bad: "circle-x" }[toneOf(one)], "sm"), formatPercent(one.confidence));
    const others = one.candidates.filter((other) => other.value !== one.value).slice(0, 4);
    return h("li", {}, h("button", { type: "button", class: "tried-value", "data-box": `${one.name}.${one.item}` }, head, sure),
      one.reasons.length ? h("ul", { class: "tried-reasons" }, one.reasons.map((reason) => h("li", {}, reason.text))) : "",
      others.length ? h("details", { class: "more" }, h("summary", {}, gettext("Other candidates")), h("ul", { class: "change-list" }, others.map((other) => h("li", {}, `${other.value ?? other.raw_text} `, h("span", { class: "muted" }, other.score.toFixed(2)))))) : "");
  }

  #table(table) {
    const head = h("tr", {}, table.columns.map((column) => h("th", { scope: "col" }, column.label)));
    const rows = table.rows.map((row) => h("tr", {}, table.columns.map((column) => {
      const cell = row.cells.find((one) => one.name === column.name);
      return h("td", {}, cell ? h("button", { type: "button", class: `tried-cell tone-${toneOf(cell)}`, "data-box": `${table.name}.${row.number}.${cell.name}` }, cell.value ?? cell.raw_text) : "");
    })));
    return h("section", {}, h("h3", {}, fill(ngettext("{table}: {n} row", "{table}: {n} rows", table.rows.length), { table: table.label, n: table.rows.length })),
      h("div", { class: "tried-table", tabindex: 0, role: "group", "aria-label": table.label }, h("table", { class: "grid-table" }, h("thead", {}, head), h("tbody", {}, rows))));
  }

  #showProposals(answer, first) {
    this.results.replaceChildren(proposalList(answer, first, {
      accept: (field) => this.add(field, { isQuiet: true }),
      acceptTable: (table) => this.addTable(table),
      show: (place) => this.viewer.focusOn(place),
    }));
    this.viewer.setBoxes(answer.fields.flatMap((one, number) => one.values.filter((value) => value.document_id === first && value.polygon).slice(0, 1).map((value) => ({ id: `proposal-${number}`, page: value.page, polygon: value.polygon, tone: "wait", label: one.field.label }))));
    this.results.querySelector("[data-proposal]")?.focus();
  }
}
