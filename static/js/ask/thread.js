/** Questions and answers as nodes: statements with numbered chips, refusals, notes. Texts are never markup. */
import { h, icon } from "../dom.js";
import { fill, gettext, ngettext } from "../i18n.js";

/** `onSource(citation, chip)` is called by a chip. */
export class Thread {
  constructor(root, onSource) {
    this.root = root;
    this.onSource = onSource;
  }

  /** A question with the place for its answer; give the answer's parts to what comes back. */
  add(text) {
    document.getElementById("thread-empty")?.remove();
    const body = h("div", { class: "ask-body" });
    const status = h("p", { class: "ask-status" }, icon("loader-2", "sm"), gettext("Looking in the documents …"));
    status.querySelector("svg").classList.add("spin");
    const item = h("article", { class: "ask-item" }, h("h2", { class: "ask-question" }, text), body, status);
    this.root.append(item);
    item.scrollIntoView({ block: "end" });
    return new AnswerView(item, body, status, this.onSource);
  }
}

const nameOf = (source) => fill(gettext("{file}, page {page}"), { file: source.file_name, page: source.page });

class AnswerView {
  constructor(item, body, status, onSource) {
    Object.assign(this, { item, body, status, onSource, shown: "", withdrawn: [] });
  }

  addStatement(statement) {
    this.#append(statement);
    this.item.scrollIntoView({ block: "end" });
  }

  #append(statement) {
    const chips = statement.citations.map((citation) => this.#chip(citation));
    this.body.append(h("p", { class: "ask-statement" }, h("span", {}, statement.text), " ", ...chips));
  }

  #chip(citation) {
    const label = fill(gettext("Source {n}: {file}, page {page}"), { n: citation.number, file: citation.file_name, page: citation.page });
    const chip = h("button", { class: "ask-chip", type: "button", title: label, "aria-label": label }, String(citation.number));
    chip.addEventListener("click", () => this.onSource(citation, chip));
    return chip;
  }

  /** The whole answer, as it is kept. */
  finish(answer) {
    this.#show(answer);
    this.item.scrollIntoView({ block: "end" });
  }

  /** Shows the answer as it is now where that is something else; gives what was withdrawn since. */
  refresh(answer) {
    if (JSON.stringify(answer) === this.shown) return [];
    const known = new Set(this.withdrawn.map(nameOf));
    this.#show(answer);
    return this.withdrawn.filter((source) => !known.has(nameOf(source)));
  }

  #show(answer) {
    this.shown = JSON.stringify(answer);
    this.withdrawn = answer.withdrawn;
    this.status.remove();
    this.body.replaceChildren();
    for (const statement of answer.statements) this.#append(statement);
    if (answer.is_refusal) this.body.append(this.#remark("info-circle", gettext("Not in these documents. Nothing that you may see answers this clearly enough.")));
    if (answer.deleted_count) {
      const text = ngettext("One statement is gone: its source was deleted.", "{n} statements are gone: their sources were deleted.", answer.deleted_count);
      this.body.append(this.#remark("trash", fill(text, { n: answer.deleted_count })));
    }
    for (const source of answer.withdrawn) this.body.append(this.#withdrawn(source));
    if (answer.hidden_count) {
      const text = ngettext("One statement is not shown any more: its source may not be seen by you.", "{n} statements are not shown any more: their sources may not be seen by you.", answer.hidden_count);
      this.body.append(this.#remark("lock", fill(text, { n: answer.hidden_count })));
    }
    if (answer.note) this.body.append(this.#remark("alert-triangle", answer.note));
    this.body.append(this.#sources(answer));
  }

  /** Mode, and the files behind the numbers. */
  #sources(answer) {
    const files = new Map();
    for (const { citations } of answer.statements) for (const one of citations) files.set(`${one.document_id} ${one.page}`, one);
    const links = [...files.values()].map((one) => h("li", {}, h("a", { href: one.document_url }, fill(gettext("{file}, page {page}"), { file: one.file_name, page: one.page }))));
    const mode = answer.mode === "language_model" ? fill(gettext("Written by {model}, checked against its sources"), { model: answer.model }) : gettext("Quoted word for word");
    return h("footer", { class: "ask-sources" }, answer.is_refusal ? null : h("span", { class: "tag" }, mode), links.length ? h("ul", {}, ...links) : null);
  }

  stop() {
    this.status.replaceChildren(icon("ban", "sm"), gettext("Stopped; no further answer."));
  }

  fail(message) {
    this.status.remove();
    this.body.append(h("div", { class: "problem" }, icon("alert-circle"), h("p", {}, message)));
  }

  /** A source that was withdrawn: which one, and nothing of what it says. */
  #withdrawn(source) {
    const link = h("a", { href: source.document_url }, nameOf(source));
    return h("p", { class: "ask-remark", "data-withdrawn": true }, icon("arrow-back-up", "sm"), h("span", {}, `${gettext("This source was withdrawn; what rests on it alone is not shown any more:")} `, link));
  }

  #remark(name, text) {
    return h("p", { class: "ask-remark" }, icon(name, "sm"), h("span", {}, text));
  }
}
