/** The wanted division of a stack, apart from how it looks: the order of its pages, how they are turned and which are set aside,
 * cuts before pages, and a type for every sub-document. A page is named by the number that it has now; its place may change. */

export class Layout {
  constructor({ pages, sub_documents: subDocuments }) {
    this.pages = pages;
    this.subDocuments = subDocuments;
    this.reset();
  }

  reset() {
    this.order = this.pages.map((page) => page.number);
    this.cuts = new Set(this.subDocuments.map((own) => own.first_page));
    this.types = new Map();
    this.turns = new Map();
    this.aside = new Set(this.pages.filter((page) => page.is_set_aside).map((page) => page.number));
  }

  placeOf(page) {
    return this.order.indexOf(page) + 1;
  }

  subDocumentOf(page) {
    return this.subDocuments.find((own) => own.first_page <= page && page <= own.last_page);
  }

  isMovable(page) {
    return Boolean(this.subDocumentOf(page)?.is_movable);
  }

  /** A cut may change where both pages around it belong to sub-documents that are still open. */
  isOpen(page) {
    const place = this.placeOf(page);
    return place > 1 && this.isMovable(this.order[place - 2]) && this.isMovable(page);
  }

  toggle(page) {
    if (!this.isOpen(page)) return false;
    if (!this.cuts.delete(page)) this.cuts.add(page);
    return true;
  }

  /** Moves a cut to another free place; the sub-documents on both sides keep their types. */
  move(from, to) {
    if (from === to || !this.cuts.has(from) || this.cuts.has(to) || !this.isOpen(from) || !this.isOpen(to)) return false;
    if (!this.between(from, to).every((page) => this.isOpen(page))) return false;
    const type = this.typeAt(from);
    this.cuts.delete(from);
    this.cuts.add(to);
    if (type !== this.typeAt(to)) this.types.set(to, type);
    return true;
  }

  /** The pages from one to the other, both included. */
  between(one, other) {
    const places = [this.placeOf(one), this.placeOf(other)];
    return this.order.slice(Math.min(...places) - 1, Math.max(...places));
  }

  /** Moves a page before or after another one, into that one's sub-document. Not over pages that are fixed. */
  movePage(page, target, isAfter = false) {
    if (page === target || !this.order.includes(page) || !this.order.includes(target)) return false;
    if (!this.between(page, target).every((each) => this.isMovable(each))) return false;
    const type = this.typeAt(this.headOf(target));
    this.takeOut(page);
    const at = this.order.indexOf(target) + (isAfter ? 1 : 0);
    this.order.splice(at, 0, page);
    if (!isAfter && this.cuts.delete(target)) {
      this.cuts.add(page);
      this.types.set(page, type);
    }
    return true;
  }

  /** One place on, or back: over the cut between two sub-documents first, then past their pages. */
  stepPage(page, by) {
    const neighbour = this.order[this.placeOf(page) - 1 + by];
    if (neighbour === undefined) return false;
    const isOverCut = this.cuts.has(by > 0 ? neighbour : page);
    return this.movePage(page, neighbour, by > 0 ? !isOverCut : isOverCut);
  }

  takeOut(page) {
    const place = this.placeOf(page);
    const following = this.order[place];
    if (this.cuts.delete(page) && following !== undefined && !this.cuts.has(following)) {
      const type = this.typeAt(page);
      this.cuts.add(following);
      if (type !== this.typeAt(following)) this.types.set(following, type);
    }
    this.types.delete(page);
    this.order.splice(place - 1, 1);
  }

  /** The page that its sub-document begins with. */
  headOf(page) {
    const before = this.order.slice(0, this.placeOf(page)).reverse();
    return before.find((each) => this.cuts.has(each)) ?? this.order[0];
  }

  turn(page, by) {
    if (!this.isMovable(page)) return false;
    const turns = (this.turnOf(page) + by + 4) % 4;
    if (turns) this.turns.set(page, turns);
    else this.turns.delete(page);
    return true;
  }

  /** Quarter turns clockwise from how it is shown now. */
  turnOf(page) {
    return this.turns.get(page) ?? 0;
  }

  /** Sets a page aside, or brings it back. */
  setAside(page) {
    if (!this.isMovable(page)) return false;
    if (!this.aside.delete(page)) this.aside.add(page);
    return true;
  }

  isAside(page) {
    return this.aside.has(page);
  }

  setType(head, schemaId) {
    this.types.set(head, schemaId);
  }

  typeAt(head) {
    return this.types.has(head) ? this.types.get(head) : this.subDocumentOf(head).schema_id;
  }

  /** As chosen; else the first known type among its pages. */
  typeOf(pages) {
    const [head] = pages;
    const known = pages.map((page) => this.subDocumentOf(page).schema_id).find(Boolean);
    return this.typeAt(head) ?? (this.types.has(head) ? null : (known ?? null));
  }

  /** Whether something on the page is otherwise than the server has it. */
  isTouched(page) {
    const wasAside = Boolean(this.pages.find((each) => each.number === page).is_set_aside);
    return this.placeOf(page) !== page || this.turns.has(page) || this.isAside(page) !== wasAside;
  }

  get hasPageChanges() {
    return this.order.some((page) => this.isTouched(page));
  }

  /** The sub-documents as wanted, in order: their `pages`, `first` and `last` place, the page that is their `head`; `now` is the
   * present one with the same pages and type, if there is one. */
  get wanted() {
    const groups = [];
    for (const page of this.order) {
      if (!groups.length || this.cuts.has(page)) groups.push([]);
      groups.at(-1).push(page);
    }
    return groups.map((pages) => {
      const first = this.placeOf(pages[0]);
      const last = first + pages.length - 1;
      const type = this.typeOf(pages);
      const same = this.subDocuments.find((own) => own.first_page === first && own.last_page === last);
      const isSame = same && same.schema_id === type && !pages.some((page) => this.isTouched(page));
      return { head: pages[0], pages, first, last, type, now: isSame ? same : null };
    });
  }

  get changed() {
    return this.wanted.filter((own) => !own.now);
  }

  /** What the server takes: what stays keeps its type, and pages are named only where one of them changes. */
  get request() {
    const wanted = this.wanted.map(({ first, last, type, now }) => ({ first_page: first, last_page: last, ...(now ? {} : { schema_id: type }) }));
    const ids = new Map(this.pages.map((page) => [page.number, page.id]));
    const pages = this.order.map((page) => ({ id: ids.get(page), number: page, turn: this.turnOf(page), is_set_aside: this.isAside(page) }));
    return { seen: this.subDocuments.map((own) => own.first_page), sub_documents: wanted, ...(this.hasPageChanges ? { pages } : {}) };
  }
}
