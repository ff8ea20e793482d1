/** What a field or table is called in other languages: its label for people, and the words under which it is printed. */
import { h } from "../dom.js";
import { fill, gettext } from "../i18n.js";
import { linesInput, row, select, textInput } from "./inputs.js";

/** The translations with one of a language changed; a language of which nothing is said goes. */
export function changed(translations, language, name, value) {
  const said = { ...translations?.[language], [name]: value };
  const { [language]: _, ...others } = translations ?? {};
  return said.label || said.aliases?.length ? { ...others, [language]: said } : others;
}

/** The languages shown: those of which something is said, and those that were just added, in the order of `known`. */
export function shownLanguages(known, translations, added = []) {
  const used = new Set([...Object.keys(translations ?? {}), ...added]);
  return known.filter(({ value }) => used.has(value));
}

const added = new Map(); // languages that somebody chose and has not filled yet, by path

export function languages(forms, path, item, hasAliases = true) {
  const known = forms.vocabulary.languages ?? [];
  const shown = shownLanguages(known, item.translations, added.get(path));
  const set = (language, name) => (value) => {
    forms.model.set(path, "translations", changed(item.translations, language, name, value));
    forms.onChange(path, "translations");
  };
  const add = (language) => {
    added.set(path, [...(added.get(path) ?? []), language]);
    forms.onShape(path);
  };
  const left = known.filter((one) => !shown.includes(one));
  return h("details", { class: "more languages", open: shown.length > 0 },
    h("summary", {}, gettext("Labels in other languages")),
    shown.map((one) => group(one, forms, path, item.translations?.[one.value] ?? {}, set, hasAliases)),
    row(gettext("Add a language"), select("", [{ value: "", label: gettext("Choose") }, ...left], add),
      { note: gettext("People read the label of their language; on paper all of them are looked for.") }));
}

function group({ value, label }, forms, path, said, set, hasAliases) {
  const at = (name) => ({ problems: forms.problems(`${path}/translations/${value}/${name}`) });
  return h("fieldset", { class: "language" }, h("legend", { class: "form-label" }, label),
    row(fill(gettext("Label in {language}"), { language: label }), textInput(said.label ?? "", set(value, "label"), { maxlength: 120, lang: value }), at("label")),
    hasAliases ? row(fill(gettext("Further labels in {language}, one per line"), { language: label }), linesInput(said.aliases ?? [], set(value, "aliases"), { lang: value }), at("aliases")) : null);
}
