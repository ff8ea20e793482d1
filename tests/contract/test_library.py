"""Every file of the library of document types: what it says can be used, is complete, and is not said by another type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from documents.domain.document_kinds import DocumentKind
from documents.domain.drafts.problems import LONGEST_LABEL
from documents.domain.field_types.registry import field_type
from documents.domain.library import LANGUAGES, BrokenLibrary, LibraryType, library_type, library_types, types_in
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.words import built_in_words

KEYS = (
    "bank_statement",
    "contract",
    "credit_note",
    "delivery_note",
    "identity_form",
    "invoice",
    "letter",
    "order_confirmation",
    "purchase_order",
    "receipt",
    "registration_form",
)
CASES = [(each, language) for each in library_types() for language in LANGUAGES]
every_type = pytest.mark.parametrize("each", library_types(), ids=lambda each: each.key)
every_spec = pytest.mark.parametrize(("each", "language"), CASES, ids=[f"{t.key}-{lang}" for t, lang in CASES])
FIELD = "- {name: total, type: amount, label: {en: Total, de: Summe}}"
TYPE = """
key: bill
name: {en: Bill, de: Zettel}
description: {en: A bill., de: Ein Zettel.}
locale: {en: en_GB, de: de_DE}
keywords: {en: [bill], de: [zettel]}
fields:
- {name: total, type: amount, label: {en: Total, de: Summe}}
checks: []
"""


def specs_of(spec: SchemaSpec) -> list[FieldSpec]:
    return [*spec.fields, *(column for table in spec.tables for column in table.columns)]


def test_the_library_has_the_types_that_offices_ask_for() -> None:
    assert tuple(each.key for each in library_types()) == KEYS
    assert library_type("letter").names == {"en": "Letter", "de": "Brief"}
    with pytest.raises(KeyError):
        library_type("laundry_list")


@every_spec
def test_the_stored_form_is_read_again_as_the_same(each: LibraryType, language: str) -> None:
    spec = each.spec(language)
    assert SchemaSpec.from_dict(spec.to_dict()) == spec
    assert (spec.key, spec.version, spec.name) == (each.key, "1.0", each.names[language])
    assert each.descriptions[language] and spec.locale.startswith(language)


@every_spec
def test_fields_are_of_known_types_with_usable_patterns(each: LibraryType, language: str) -> None:
    for spec in specs_of(each.spec(language)):
        rules = field_type(spec.type)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", spec.name)
        assert bool(spec.choices) == rules.has_choices, spec.name
        assert all(0 < len(label) <= LONGEST_LABEL and label == label.strip() for label in spec.labels)
        re.compile(spec.pattern)
        for choice in spec.choices:
            assert rules.normalize(choice, "en_GB", spec.choices) == choice
    assert any(spec.is_required for spec in each.spec(language).fields)


@every_type
def test_both_languages_differ_and_know_the_same_labels(each: LibraryType) -> None:
    english, german = (each.spec(language) for language in ("en", "de"))
    assert english.name != german.name and english.keywords != german.keywords
    for mine, theirs in zip(specs_of(english), specs_of(german), strict=True):
        assert (mine.name, mine.type, mine.pattern, mine.is_required) == (
            theirs.name, theirs.type, theirs.pattern, theirs.is_required,
        )  # fmt: skip
        assert {label.casefold() for label in mine.labels} == {label.casefold() for label in theirs.labels}
        assert len({label.casefold() for label in mine.labels}) == len(mine.labels), mine.name
        assert len(mine.choices) == len(theirs.choices)
    assert set(english.keywords) == set(german.keywords)
    assert (english.checks, english.kinds) == (german.checks, german.kinds)


@every_type
def test_a_label_belongs_to_one_field(each: LibraryType) -> None:
    """Of those that name a field by themselves: its first label in each language."""
    for language in LANGUAGES:
        spec = each.spec(language)
        for group in (spec.fields, *(table.columns for table in spec.tables)):
            first = [plain(one.label) for one in group]
            assert len(set(first)) == len(first), first


@every_type
def test_its_own_name_is_a_keyword_of_no_other_type(each: LibraryType) -> None:
    """A keyword alone in one of the first lines is a title: what titles one type must not title another."""
    titles = {plain(name) for name in each.names.values()}
    for other in library_types():
        if other.key != each.key:
            shared = titles & {plain(word) for word in other.spec("en").keywords}
            assert not shared, f"{other.key} has {shared}"


@every_type
def test_keywords_tell_it_from_the_others(each: LibraryType) -> None:
    mine = {plain(word) for word in each.spec("en").keywords}
    others = {plain(word) for other in library_types() if other.key != each.key for word in other.spec("en").keywords}
    assert len(mine - others) >= 8
    assert len(mine & others) <= len(mine) / 3, sorted(mine & others)


@every_type
def test_a_type_that_a_kind_is_named_after_takes_it(each: LibraryType) -> None:
    kind = {"bank_statement": "statement_of_account"}.get(each.key, each.key)
    kinds = [rule.kind for rule in each.spec("en").kinds]
    if kind in list(DocumentKind):
        assert kind in kinds
        titles = {plain(phrase) for phrase in getattr(built_in_words(), f"kind_{kind}")}
        names = {plain(name) for name in each.names.values()} | {plain(word) for word in each.spec("en").keywords}
        assert titles & names
    else:
        assert not kinds


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("de: Zettel}", "fr: Note}"), "has nothing in de"),
        (("type: amount", "type: sum"), "sum"),
        (("checks: []", "checks: [{kind: date_order, fields: [a, b]}]"), "names “a”, which is not here"),
        (("checks: []", "cheques: []"), "not known: cheques"),
        ((FIELD, f"{FIELD}\n{FIELD}"), "occurs twice"),
        ((FIELD, "- {like: totals}"), "totals"),
        ((FIELD, FIELD.replace("type: amount", "type: amount, pattern: '('")), "unterminated"),
        ((FIELD, FIELD.replace("type: amount", "type: amount, laben: x")), "not known: laben"),
        (("key: bill", "key: note"), "bill"),
        (("locale:", "kinds: [{kind: invoice, negative: [net]}]\nlocale:"), "speaks of net"),
        (("fields:", "fields: ["), "bill.yaml"),
    ],
)
def test_a_broken_file_is_refused_by_name(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    (tmp_path / "shared.yaml").write_text("fields: []\ncolumns: []\n")
    (tmp_path / "bill.yaml").write_text(TYPE)
    assert [each.key for each in types_in(tmp_path)] == ["bill"]
    (tmp_path / "bill.yaml").write_text(TYPE.replace(*change))
    with pytest.raises(BrokenLibrary, match=r"bill\.yaml") as refused:
        types_in(tmp_path)
    assert told in str(refused.value)


def test_what_a_type_says_itself_goes_before_what_it_shares(tmp_path: Path) -> None:
    shared = "- {name: sum, type: amount, label: {en: Sum, de: Summe}, aliases: {en: [Total], fr: [Somme]}}"
    (tmp_path / "shared.yaml").write_text(f"fields:\n{shared}\ncolumns: []\n")
    own = "- {like: sum, label: {en: To pay, de: Zu zahlen}, aliases: {de: [Betrag]}, is_required: true}"
    (tmp_path / "bill.yaml").write_text(TYPE.replace(FIELD, own))
    [each] = types_in(tmp_path)
    [english], [german] = each.spec("en").fields, each.spec("de").fields
    assert (english.name, english.label, english.is_required) == ("sum", "To pay", True)
    assert english.aliases == ("Sum", "Total", "Zu zahlen", "Betrag", "Summe", "Somme")
    assert german.labels == ("Zu zahlen", "Betrag", "Summe", "To pay", "Sum", "Total", "Somme")
