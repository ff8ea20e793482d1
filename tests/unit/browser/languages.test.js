/** Labels by language in the editor of types, and readings that come from a list of master data on the desk. */
import assert from "node:assert/strict";
import { test } from "node:test";
import "./stand_in.js";

const { changed, shownLanguages } = await import("../../../static/js/types/languages.js");
const { othersOf } = await import("../../../static/js/desk/others.js");
const known = [{ value: "fr", label: "French" }, { value: "de", label: "German" }];

test("a language of which nothing is said any more goes, the others stay", () => {
  const both = changed(changed(undefined, "de", "label", "Nummer"), "fr", "aliases", ["N°"]);
  assert.deepEqual(both, { de: { label: "Nummer" }, fr: { aliases: ["N°"] } });
  assert.deepEqual(changed(both, "de", "aliases", ["Nr."]).de, { label: "Nummer", aliases: ["Nr."] });
  assert.deepEqual(changed(both, "de", "label", ""), { fr: { aliases: ["N°"] } });
  assert.deepEqual(both.de, { label: "Nummer" });
});

test("languages that are used or were just added are shown", () => {
  assert.deepEqual(shownLanguages(known, { de: { label: "Nummer" } }), [known[1]]);
  assert.deepEqual(shownLanguages(known, undefined, ["fr"]), [known[0]]);
  assert.deepEqual(shownLanguages(known, undefined), []);
});

test("nearest entries of a list are offered before other readings", () => {
  const field = { input: { value: "Kuhn" }, candidates: [{ text: "Kühn GmbH", is_listed: true }, { text: "Kuhn" }, { text: "Kahn" }] };
  assert.deepEqual(othersOf(field).map(({ text }) => text), ["Kühn GmbH", "Kahn"]);
});
