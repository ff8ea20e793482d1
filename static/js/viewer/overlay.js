/** The SVG over a page: boxes of fields, words, the selection and the highlight, all in page coordinates. */
import { svg } from "../dom.js";
import { pointsOf, polygonOf } from "./geometry.js";

export class Overlay {
  #words = [];
  #chosen = new Set();
  #boxes = new Map(); // points -> nodes: two values may have one place
  #drawn = new Map(); // what a box looks like -> its node
  #active = [];

  constructor(root) {
    this.root = root;
    this.wordLayer = svg("g", { class: "layer-words" });
    this.boxLayer = svg("g", { class: "layer-boxes" });
    this.regionLayer = svg("g", { class: "layer-regions" });
    this.hintLayer = svg("g", { class: "layer-hints" });
    this.markLayer = svg("g", { class: "layer-mark" });
    root.replaceChildren(this.regionLayer, this.wordLayer, this.boxLayer, this.hintLayer, this.markLayer);
  }

  /** `boxes`: [{id, polygon, tone, label}] */
  showBoxes(boxes) {
    for (const node of this.#active) node.classList.remove("is-active");
    this.#active = [];
    this.#boxes.clear();
    const before = this.#drawn;
    this.#drawn = new Map();
    for (const box of boxes) this.#keepBox(box, before);
    for (const node of before.values()) node.remove();
  }

  /** Draws a box, or keeps the one that looks the same: after each save all of them are shown again, and one has changed. */
  #keepBox({ id, polygon, tone, label, is_cell: isCell }, before) {
    const points = pointsOf(polygon);
    const key = `${id} ${points} ${tone}`;
    const node = before.get(key) ?? svg("polygon", { points, class: `box tone-${tone}${isCell ? " is-cell" : ""}`, "data-box": id }, svg("title", {}, label));
    if (!before.delete(key)) this.boxLayer.append(node);
    this.#drawn.set(key, node);
    const here = this.#boxes.get(points);
    if (here) here.push(node);
    else this.#boxes.set(points, [node]);
  }

  /** Where else a value may stand: the places of its other readings; `shown` is the one that is looked at. */
  showHints(polygons, shown = null) {
    this.hintLayer.replaceChildren(...polygons.map((polygon) => svg("polygon", { points: pointsOf(polygon), class: polygon === shown ? "hint is-shown" : "hint" })));
  }

  /** `words`: [[text, polygon, confidence, span]]; one fragment, so that 800 words cost one layout. */
  showWords(words) {
    this.#chosen = new Set();
    this.#words = words.map(([, polygon, confidence], index) =>
      svg("polygon", { points: pointsOf(polygon), class: confidence !== null && confidence < 0.7 ? "word is-unsure" : "word", "data-word": index }),
    );
    this.wordLayer.replaceChildren(...this.#words);
  }

  /** `regions`: [{label, polygon}]: tick boxes, signatures, stamps, handwriting. */
  showRegions(regions) {
    this.regionLayer.replaceChildren(...regions.map(({ label, polygon }) => svg("polygon", { points: pointsOf(polygon), class: "region" }, svg("title", {}, label))));
  }

  /** Only what changes is touched: a page has thousands of words. */
  markWords(indexes) {
    const wanted = new Set(indexes);
    for (const index of this.#chosen) if (!wanted.has(index)) this.#words[index]?.classList.remove("is-chosen");
    for (const index of wanted) this.#words[index]?.classList.add("is-chosen");
    this.#chosen = wanted;
  }

  highlight(polygon) {
    for (const node of this.#active) node.classList.remove("is-active");
    this.#active = polygon ? (this.#boxes.get(pointsOf(polygon)) ?? []) : [];
    for (const node of this.#active) node.classList.add("is-active");
    if (!polygon) return this.markLayer.replaceChildren();
    const mark = this.markLayer.firstElementChild ?? this.markLayer.appendChild(svg("polygon", { class: "mark" }));
    return mark.setAttribute("points", pointsOf(polygon));
  }

  band(box) {
    let node = this.root.querySelector(".band");
    if (!box) return node?.remove();
    if (!node) node = this.root.appendChild(svg("polygon", { class: "band", points: "" }));
    node.setAttribute("points", pointsOf(polygonOf(box)));
    return node;
  }
}
