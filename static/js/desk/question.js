/** What the person at the desk has to decide, in one line. */
import { gettext } from "../i18n.js";

/** `code`: "type" (nobody knows what it is) or "split" (whether its pages are one document). */
export const isToDecide = (desk, code) => desk.to_decide.includes(code);

export function questionOf(desk, fields, checks) {
  if (desk.is_read_again) return "";
  const lines = [];
  if (isToDecide(desk, "type")) lines.push(gettext("To decide: what this document is. Choose its type, or file it as none of ours."));
  else if (!fields.fields.length) lines.push(gettext("To decide: whether it is right. There are no fields to look at."));
  else if (fields.open.length || checks.failed.length || !isToDecide(desk, "split")) lines.push(checks.progressText(fields.open.length));
  if (isToDecide(desk, "split")) lines.push(gettext("To decide: whether these pages are one document."));
  return lines.join(" ");
}
