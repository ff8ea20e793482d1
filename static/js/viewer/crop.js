/** The section of a page that belongs to a value, drawn into a canvas. */
import { boxOf, padded } from "./geometry.js";

const MOST_WIDTH = 900;
const shownIn = new WeakMap(); // canvas -> the place it was last asked to show

/** Draws `polygon` of the image with a margin, at most `height` CSS pixels high. */
export function drawCrop(canvas, image, polygon, height = 56) {
  const inside = boxOf(polygon);
  const box = padded(inside, 0.015, 0.01);
  const source = [box.left * image.naturalWidth, box.top * image.naturalHeight, (box.right - box.left) * image.naturalWidth, (box.bottom - box.top) * image.naturalHeight];
  const ratio = window.devicePixelRatio || 1;
  const scale = Math.min((height * ratio) / source[3], MOST_WIDTH / source[2], 3);
  canvas.width = Math.max(1, Math.round(source[2] * scale));
  canvas.height = Math.max(1, Math.round(source[3] * scale));
  canvas.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, ...source, 0, 0, canvas.width, canvas.height);
}

/** Shows the crop of `place` ({page, polygon}) in the canvas, or hides it. Gives whether it was drawn; a later call wins. */
export async function showCrop(canvas, viewer, place) {
  const page = place?.polygon && viewer.pageNumbered(place.page);
  shownIn.set(canvas, place);
  if (!page) {
    canvas.hidden = true;
    return false;
  }
  const image = await viewer.images.load(page.id).catch(() => null);
  if (shownIn.get(canvas) !== place) return false;
  canvas.hidden = !image;
  if (image) drawCrop(canvas, image, place.polygon);
  return Boolean(image);
}
