/** The wanted division of a stack, apart from how it looks: cuts before pages, and a type for every sub-document. */

export class Layout {
  constructor({ pages, sub_documents: subDocuments }) {
    this.pages = pages;
    this.subDocuments = subDocuments;
    this.reset();
  }

  reset() {
    this.cuts = new Set(this.subDocuments.map((own) => own.first_page));
    this.types = new Map();
  }

  get lastPage() {
    return this.pages.at(-1).number;
  }

  subDocumentOf(page) {
    return this.subDocuments.find((own) => own.first_page <= page && page <= own.last_page);
  }

  /** A cut may change where both pages around it belong to sub-documents that are still open. */
  isOpen(page) {
    return page > 1 && page <= this.lastPage && this.subDocumentOf(page - 1).is_movable && this.subDocumentOf(page).is_movable;
  }

  toggle(page) {
    if (!this.isOpen(page)) return false;
    if (!this.cuts.delete(page)) this.cuts.add(page);
    return true;
  }

  /** Moves a cut to another free place; the sub-documents on both sides keep their types. */
  move(from, to) {
    if (from === to || !this.cuts.has(from) || this.cuts.has(to) || !this.isOpen(from) || !this.isOpen(to)) return false;
    const low = Math.min(from, to);
    for (let page = low; page <= Math.max(from, to); page += 1) if (!this.isOpen(page)) return false;
    const type = this.typeAt(from);
    this.cuts.delete(from);
    this.cuts.add(to);
    if (type !== this.typeAt(to)) this.types.set(to, type);
    return true;
  }

  setType(firstPage, schemaId) {
    this.types.set(firstPage, schemaId);
  }

  typeAt(firstPage) {
    return this.types.has(firstPage) ? this.types.get(firstPage) : this.subDocumentOf(firstPage).schema_id;
  }

  /** As chosen; else the first known type among its pages. */
  typeOf(first, last) {
    const known = this.subDocuments.find((own) => own.last_page >= first && own.first_page <= last && own.schema_id);
    return this.typeAt(first) ?? (this.types.has(first) ? null : (known?.schema_id ?? null));
  }

  /** The sub-documents as wanted, in order; `now` is the present one with the same pages and type, if there is one. */
  get wanted() {
    const firsts = [...this.cuts].sort((a, b) => a - b);
    return firsts.map((first, number) => {
      const last = (firsts[number + 1] ?? this.lastPage + 1) - 1;
      const type = this.typeOf(first, last);
      const same = this.subDocuments.find((own) => own.first_page === first && own.last_page === last);
      return { first, last, type, now: same && same.schema_id === type ? same : null };
    });
  }

  get changed() {
    return this.wanted.filter((own) => !own.now);
  }

  /** What the server takes: what stays keeps its type. */
  get request() {
    const wanted = this.wanted.map(({ first, last, type, now }) => ({ first_page: first, last_page: last, ...(now ? {} : { schema_id: type }) }));
    return { seen: this.subDocuments.map((own) => own.first_page), sub_documents: wanted };
  }
}
