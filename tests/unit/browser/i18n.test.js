import "./stand_in.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, formatAge, formatBytes, formatNumber, formatPercent, gettext, ngettext } from "../../../static/js/i18n.js";

const spaced = (text) => text.replace(/\s/g, " ");

test("placeholders are filled, unknown ones stay", () => {
  assert.equal(fill("{n} of {total} pages", { n: 0, total: 3 }), "0 of 3 pages");
  assert.equal(fill("{n} of {other}", { n: 1 }), "1 of {other}");
});

test("without a catalogue English stands", () => {
  assert.equal(gettext("Done"), "Done");
  assert.deepEqual([ngettext("page", "pages", 1), ngettext("page", "pages", 2)], ["page", "pages"]);
});

test("numbers, shares and sizes are written as people read them", () => {
  assert.equal(formatNumber(1234.5), "1,234.5");
  assert.equal(spaced(formatPercent(0.5)), "50%");
  assert.equal(spaced(formatBytes(1.4 * 2 ** 20)), "1.4 MB");
  assert.equal(spaced(formatBytes(3 * 2 ** 40)), "3,072 GB");
});

test("an age is told in the largest unit that fits", () => {
  const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
  assert.deepEqual([5, 3 * 60, 2 * 3600, 3 * 86400].map((seconds) => formatAge(ago(seconds))), ["5 seconds ago", "3 minutes ago", "2 hours ago", "3 days ago"]);
});
