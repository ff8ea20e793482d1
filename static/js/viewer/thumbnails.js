/** Thumbnails beside the viewer; a picture is asked for only when its place comes into view. */

export function bindThumbnails(list, viewer) {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        viewer.images
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
