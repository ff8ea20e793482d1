/** Translation of strings in modules; the catalogue of a language defines the globals; English has no catalogue. */
export const gettext = globalThis.gettext ?? ((text) => text);
export const ngettext = globalThis.ngettext ?? ((one, many, count) => (count === 1 ? one : many));

/** `fill("{n} pages", {n: 3})` */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/* The server's clock: regional format, time zone and hour cycle are those of idp_project/core/regional.py. */
const { locale = "en", timeZone, hourCycle, groupMark } = document.documentElement.dataset;
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone, hourCycle });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone, hourCycle });
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });

/* Where releases of CLDR differ, the server's choice: the space before AM and PM, the mark of thousands. */
const plain = (text) => text.replaceAll("\u202f", " ");
const marked = (part) => (part.type === "group" ? (groupMark ?? part.value) : part.value);

export const formatNumber = (value, options) => new Intl.NumberFormat(locale, options).formatToParts(value).map(marked).join("");
export const formatPercent = (value) => new Intl.NumberFormat(locale, { style: "percent" }).format(value);
export const formatTime = (iso) => plain(moments.format(new Date(iso)));
export const formatClock = (iso) => plain(clock.format(new Date(iso)));

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
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = formatNumber(bytes / 1024 ** power, { maximumFractionDigits: power ? 1 : 0 });
  return `${value}\u00a0${["B", "KB", "MB", "GB"][power]}`;
}
