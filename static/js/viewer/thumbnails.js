/** Thumbnails beside the viewer: small pictures, each asked for only when its place comes into view. */
import { PageImages } from "./images.js";

export function bindThumbnails(list, viewer, signal) {
  const pictures = new PageImages(viewer.images.tokenUrl, viewer.images.pageIds, "thumb");
  signal?.addEventListener("abort", () => pictures.release());
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        pictures
          .load(target.dataset.pageId)
          .then((image) => (target.querySelector("img").src = image.src))
          .catch(() => target.classList.add("is-missing"));
      }
    },
    { root: list, rootMargin: "200px" },
  );
  for (const button of list.querySelectorAll("[data-page-id]")) {
    watcher.observe(button);
    button.addEventListener("click", () => viewer.show(Number(button.dataset.number)));
  }
  viewer.addEventListener("page", ({ detail }) => {
    for (const button of list.querySelectorAll("[data-page-id]")) {
      const isShown = button.dataset.pageId === detail.id;
      if (isShown) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      if (isShown) list.scrollTo({ top: button.offsetTop - list.clientHeight / 2, left: button.offsetLeft - list.clientWidth / 2 });
    }
  });
}
