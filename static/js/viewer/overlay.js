/** The SVG over a page: boxes of fields, words, the selection and the highlight, all in page coordinates. */
import { svg } from "../dom.js";
import { pointsOf, polygonOf } from "./geometry.js";

export class Overlay {
  #words = [];

  constructor(root) {
    this.root = root;
    this.wordLayer = svg("g", { class: "layer-words" });
    this.boxLayer = svg("g", { class: "layer-boxes" });
    this.regionLayer = svg("g", { class: "layer-regions" });
    this.markLayer = svg("g", { class: "layer-mark" });
    root.replaceChildren(this.regionLayer, this.wordLayer, this.boxLayer, this.markLayer);
  }

  /** `boxes`: [{id, polygon, tone, label}] */
  showBoxes(boxes) {
    const drawn = boxes.map(({ id, polygon, tone, label, is_cell: isCell }) =>
      svg("polygon", { points: pointsOf(polygon), class: `box tone-${tone}${isCell ? " is-cell" : ""}`, "data-box": id }, svg("title", {}, label)),
    );
    this.boxLayer.replaceChildren(...drawn);
  }

  /** `words`: [[text, polygon, confidence, span]]; one fragment, so that 800 words cost one layout. */
  showWords(words) {
    this.#words = words.map(([, polygon, confidence], index) =>
      svg("polygon", { points: pointsOf(polygon), class: confidence !== null && confidence < 0.7 ? "word is-unsure" : "word", "data-word": index }),
    );
    this.wordLayer.replaceChildren(...this.#words);
  }

  /** `regions`: [{label, polygon}]: tick boxes, signatures, stamps, handwriting. */
  showRegions(regions) {
    this.regionLayer.replaceChildren(...regions.map(({ label, polygon }) => svg("polygon", { points: pointsOf(polygon), class: "region" }, svg("title", {}, label))));
  }

  markWords(indexes) {
    const wanted = new Set(indexes);
    for (const [index, node] of this.#words.entries()) node.classList.toggle("is-chosen", wanted.has(index));
  }

  highlight(polygon) {
    this.markLayer.replaceChildren(...(polygon ? [svg("polygon", { points: pointsOf(polygon), class: "mark" })] : []));
    for (const node of this.boxLayer.children) node.classList.toggle("is-active", Boolean(polygon) && node.getAttribute("points") === pointsOf(polygon));
  }

  band(box) {
    let node = this.root.querySelector(".band");
    if (!box) return node?.remove();
    if (!node) node = this.root.appendChild(svg("polygon", { class: "band", points: "" }));
    node.setAttribute("points", pointsOf(polygonOf(box)));
    return node;
  }
}
