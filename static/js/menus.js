/** Menus of the bar: `[data-dropdown]` opens the menu beside it; Esc, a click or the focus elsewhere closes it, arrows walk. */

const menuOf = (button) => button.parentNode.querySelector(".dropdown-menu");
const opened = () => [...document.querySelectorAll('[data-dropdown][aria-expanded="true"]')];

function show(button, isOpen) {
  button.setAttribute("aria-expanded", String(isOpen));
  menuOf(button).classList.toggle("show", isOpen);
}

/** Closes all that are open but `kept`. */
function closeOthers(kept = null) {
  for (const button of opened()) if (button !== kept) show(button, false);
}

/** The button of the menu that the target belongs to. */
const buttonOf = (target) => target.closest?.("[data-dropdown]") ?? target.closest?.(".dropdown")?.querySelector("[data-dropdown]") ?? null;

function walk(button, by) {
  const items = [...menuOf(button).querySelectorAll(".dropdown-item")];
  const here = items.indexOf(document.activeElement);
  items.at(here < 0 ? Math.min(by, 0) : (here + by) % items.length)?.focus();
}

function clicked({ target }) {
  const button = target.closest("[data-dropdown]");
  closeOthers(button);
  if (button) show(button, !opened().includes(button));
}

function pressed(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const [open] = opened();
  const button = buttonOf(event.target) ?? (event.key === "Escape" ? open : null);
  if (!button || (!by && !(event.key === "Escape" && open))) return;
  event.preventDefault();
  show(button, Boolean(by));
  if (by) walk(button, by);
  else button.focus();
}

export function bindMenus() {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  document.addEventListener("focusin", ({ target }) => closeOthers(buttonOf(target)));
}
