/** Small functions that build DOM from values; text from the server is never parsed as markup. */

/** `h("p", {class: "muted", onclick: f}, "text", node)`; null and false attributes and children are left out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function icon(name, size = "") {
  const use = svg("use", { href: `${document.body.dataset.icons}#${name}` });
  return svg("svg", { class: size ? `i i-${size}` : "i", "aria-hidden": "true", focusable: "false" }, use);
}

/** Replaces a node only where its content changed, so that focus, tooltips and animations survive. */
export function replaceIfChanged(node, fresh) {
  if (node.isEqualNode(fresh)) return node;
  node.replaceWith(fresh);
  return fresh;
}

/** Says a sentence to screen readers. */
export function announce(text) {
  const region = document.getElementById("live-region");
  if (region) region.textContent = text;
}

/** Copies a text, also where there is no https and so no clipboard. Rejects where the browser does not let it. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const focused = document.activeElement;
    const area = h("textarea", { readonly: true });
    area.value = text;
    Object.assign(area.style, { position: "fixed", top: "-100px" });
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    focused?.focus?.();
    if (!isCopied) throw new Error("copying is not allowed");
  }
}

/** The JSON of a `json_script` block. */
export function readJson(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
