/** Translation of strings in modules; Django's catalogue defines the globals, without one, English stands. */
export const gettext = globalThis.gettext ?? ((text) => text);
export const ngettext = globalThis.ngettext ?? ((one, many, count) => (count === 1 ? one : many));

/** `fill("{n} pages", {n: 3})` */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

const locale = document.documentElement.lang || undefined;
const times = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

export const formatNumber = (value, options) => new Intl.NumberFormat(locale, options).format(value);
export const formatPercent = (value) => new Intl.NumberFormat(locale, { style: "percent" }).format(value);
export const formatTime = (iso) => times.format(new Date(iso));

/** "3 minutes ago", from an ISO time. */
export function formatAge(iso) {
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return relative.format(Math.round(seconds), "second");
}

/** "1.4 MB", from bytes; a megabyte has 1,024 kilobytes, as everywhere in the product. */
export function formatBytes(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const power = Math.min(3, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1024)));
  return formatNumber(bytes / 1024 ** power, { style: "unit", unit: units[power], maximumFractionDigits: power > 1 ? 1 : 0 });
}
