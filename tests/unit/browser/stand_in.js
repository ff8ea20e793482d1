/** Just enough of a browser for the modules under test. Each test file imports this first and gets a document of its own. */

class ClassList {
  constructor(node) {
    this.node = node;
  }
  get #names() {
    return (this.node.getAttribute("class") ?? "").split(/\s+/).filter(Boolean);
  }
  add(...names) {
    this.node.setAttribute("class", [...new Set([...this.#names, ...names])].join(" "));
  }
  remove(...names) {
    this.node.setAttribute("class", this.#names.filter((name) => !names.includes(name)).join(" "));
  }
  contains(name) {
    return this.#names.includes(name);
  }
  toggle(name, wanted = !this.contains(name)) {
    if (wanted) this.add(name);
    else this.remove(name);
    return wanted;
  }
  [Symbol.iterator]() {
    return this.#names[Symbol.iterator]();
  }
}

const dashed = (name) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Attributes with a property of the same meaning. */
const REFLECTED = ["id", "value", "type", "name", "title", "href"];
const FLAGS = ["hidden", "open", "required"];

export class Node extends EventTarget {
  childNodes = [];
  parentNode = null;

  constructor(tag) {
    super();
    this.tagName = tag.toUpperCase();
    this.attributes = new Map();
    this.classList = new ClassList(this);
    this.style = {};
    this.readOnly = false;
    this.dataset = new Proxy({}, {
      get: (_, name) => this.attributes.get(dashed(name)),
      set: (_, name, value) => (this.setAttribute(dashed(name), value), true),
      has: (_, name) => this.attributes.has(dashed(name)),
    });
  }
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  hasAttribute(name) {
    return this.attributes.has(name);
  }
  removeAttribute(name) {
    this.attributes.delete(name);
  }
  toggleAttribute(name, wanted) {
    if (wanted) this.setAttribute(name, "");
    else this.removeAttribute(name);
  }
  get className() {
    return this.getAttribute("class") ?? "";
  }
  set className(value) {
    this.setAttribute("class", value);
  }
  get children() {
    return this.childNodes.filter((child) => child instanceof Node);
  }
  get firstElementChild() {
    return this.children[0] ?? null;
  }
  get options() {
    return this.children;
  }
  #adopt(children) {
    for (const child of children) if (child instanceof Node) (child.remove(), (child.parentNode = this));
    return children.map((child) => (child instanceof Node ? child : String(child)));
  }
  append(...children) {
    this.childNodes.push(...this.#adopt(children));
  }
  appendChild(child) {
    this.append(child);
    return child;
  }
  replaceChildren(...children) {
    for (const child of this.children) child.parentNode = null;
    this.childNodes = [];
    this.append(...children);
  }
  #besides(children, offset) {
    const around = this.parentNode.childNodes;
    around.splice(around.indexOf(this) + offset, 0, ...this.parentNode.#adopt(children));
  }
  after(...children) {
    this.#besides(children, 1);
  }
  replaceWith(...children) {
    this.#besides(children, 0);
    this.remove();
  }
  remove() {
    if (this.parentNode) this.parentNode.childNodes = this.parentNode.childNodes.filter((child) => child !== this);
    this.parentNode = null;
  }
  get textContent() {
    return this.childNodes.map((child) => (child instanceof Node ? child.textContent : child)).join("");
  }
  set textContent(text) {
    this.replaceChildren(...(text === "" ? [] : [text]));
  }
  isEqualNode(other) {
    return this.outline === other.outline;
  }
  /** Tag, attributes and content as one text. */
  get outline() {
    const attributes = [...this.attributes].sort().map(([name, value]) => ` ${name}="${value}"`);
    const content = this.childNodes.map((child) => (child instanceof Node ? child.outline : child));
    return `<${this.tagName.toLowerCase()}${attributes.join("")}>${content.join("")}</>`;
  }
  contains(node) {
    return node === this || this.children.some((child) => child.contains(node));
  }
  /** Simple selectors only: `tag`, `.class`, `#id`, `[attribute]`, `[attribute="value"]`, and these in one. */
  matches(selector) {
    const parts = selector.match(/[.#]?[\w-]+|\[[^\]]+\]/g);
    return parts.every((part) => {
      if (part.startsWith(".")) return this.classList.contains(part.slice(1));
      if (part.startsWith("#")) return this.id === part.slice(1);
      if (!part.startsWith("[")) return this.tagName.toLowerCase() === part;
      const [name, value] = part.slice(1, -1).split("=");
      return value === undefined ? this.hasAttribute(name) : this.getAttribute(name) === JSON.parse(value);
    });
  }
  querySelectorAll(selector) {
    return this.children.flatMap((child) => [...(child.matches(selector) ? [child] : []), ...child.querySelectorAll(selector)]);
  }
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  closest(selector) {
    return this.matches(selector) ? this : (this.parentNode?.closest(selector) ?? null);
  }
  focus() {
    document.activeElement = this;
    this.dispatchEvent(new Event("focus"));
  }
  scrollIntoView() {}
  setPointerCapture() {}
  setCustomValidity(message) {
    this.validationMessage = message;
  }
}

for (const name of REFLECTED) {
  Object.defineProperty(Node.prototype, name, {
    get() {
      return this.getAttribute(name) ?? "";
    },
    set(value) {
      this.setAttribute(name, value);
    },
  });
}
for (const name of FLAGS) {
  Object.defineProperty(Node.prototype, name, {
    get() {
      return this.hasAttribute(name);
    },
    set(value) {
      this.toggleAttribute(name, Boolean(value));
    },
  });
}

class Store {
  setItem(key, value) {
    this[key] = String(value);
  }
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  removeItem(key) {
    delete this[key];
  }
}

const body = new Node("body");
const documentElement = new Node("html");
documentElement.append(body);
documentElement.lang = "en";

export const document = Object.assign(new EventTarget(), {
  body,
  documentElement,
  cookie: "",
  visibilityState: "visible",
  activeElement: body,
  createElement: (tag) => new Node(tag),
  createElementNS: (_, tag) => new Node(tag),
  getElementById: (id) => documentElement.querySelector(`#${id}`),
  querySelector: (selector) => documentElement.querySelector(selector),
  querySelectorAll: (selector) => documentElement.querySelectorAll(selector),
});
Object.assign(body.dataset, { icons: "/icons.svg", csrf: "token", refreshUrl: "/refresh/", renewUrl: "/renew/" });

export const location = { pathname: "/batches/1/", search: "?a=1", hash: "", visited: [] };
location.assign = location.replace = (url) => location.visited.push(url);
location.reload = () => location.visited.push("reload");

Object.assign(globalThis, { document, location, window: new EventTarget() });
for (const [name, value] of Object.entries({ localStorage: new Store(), sessionStorage: new Store(), navigator: {} })) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** A node with `id` in the body, as a template would have it. */
export function place(tag, id, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries({ id, ...attributes })) node.setAttribute(name, value);
  node.append(...children);
  body.append(node);
  return node;
}

/** A `json_script` block. */
export const placeJson = (id, value) => place("script", id, {}, JSON.stringify(value));

/** Replaces `fetch`: `answers` are `[status, data]` in turn; returns the list that calls are noted in. */
export function answerFetch(...answers) {
  const calls = [];
  globalThis.fetch = async (url, options = {}) => {
    const [status, data] = answers.length > 1 ? answers.shift() : answers[0];
    calls.push({ url, method: options.method ?? "GET", headers: options.headers, body: options.body });
    const headers = { get: () => (data === undefined ? null : "application/json") };
    return { ok: status < 400, status, headers, json: async () => data };
  };
  return calls;
}

/** Lets everything run that waits for a promise. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A few rows of the table of statuses that pages bring along. */
export const STATUSES = {
  pending: ["idle", "dot", "Pending", []],
  received: ["idle", "dot", "Received", []],
  processing: ["run", "spinner", "Processing", ["running"]],
  running: ["run", "spinner", "Running", ["running"]],
  in_review: ["warn", "eye", "In review", ["in_review"]],
  completed: ["ok", "check", "Completed", []],
  succeeded: ["ok", "check", "Done", ["done"]],
  delivered: ["ok", "check", "Delivered", ["has_record"]],
  rejected: ["bad", "cross", "Rejected", []],
  none_of_ours: ["idle", "dot", "Filed", []],
  failed: ["bad", "cross", "Failed", ["broken"]],
  quarantined: ["bad", "lock", "Quarantined", ["broken"]],
  cancelled: ["idle", "ban", "Cancelled", ["set_by_person"]],
};
