"""Words of documents: per language, merged once, extended by organisations."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from documents.domain import words as module
from documents.domain.dates import read_date
from documents.domain.field_roles import role_of
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.words import EXTENDABLE, GROUPS, UnusableWords, built_in_words, languages, words_with
from documents.domain.words.groups import WORD_GROUPS
from documents.domain.words.in_force import using_words
from documents.domain.words.own import (
    LONGEST_WORD,
    MONTH_NAME,
    MOST_WORDS,
    OwnWord,
    added_to,
    built_in_by_language,
    checked_word,
    own_words_from,
    words_of_own,
)
from extraction.local.extractor import extract_candidates
from extraction.local.page_view import build_page_view
from tests.unit.extraction.pages import RECEIPT, page_of

FILES = sorted(Path(module.__file__).parent.glob("*.yaml"))
PRODUCT = Path(module.__file__).parents[3]
_CODE = ("documents", "extraction", "review", "pdb_sync")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_language_files_hold_known_groups_of_texts(path: Path) -> None:
    assert re.fullmatch(r"[a-z]{2}(?:_[A-Z]{2})?", path.stem)
    for group, words in yaml.safe_load(path.read_text()).items():
        assert group in GROUPS
        assert all(isinstance(word, str) and word == " ".join(word.split()) for word in words), group
        assert len(words) == len(set(words)), group


def test_all_languages_are_merged() -> None:
    words = built_in_words()
    assert {"gesamtbetrag", "montant total", "totaal", "jumlah"} <= set(words.total)
    assert all(getattr(words, group) for group in GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_no_group_is_empty(group: str) -> None:
    """Code for a group that no language fills never finds anything."""
    assert getattr(built_in_words(), group)


def test_file_with_unknown_group_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xx.yaml").write_text("totals: [sum]\n")
    monkeypatch.setattr(module, "_LANGUAGES", tmp_path)
    with pytest.raises(UnusableWords, match=r"xx\.yaml: totals"):
        built_in_words.__wrapped__()


def test_file_with_anything_but_texts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xx.yaml").write_text("unit: [pc, no]\n")  # YAML reads a bare no as false
    monkeypatch.setattr(module, "_LANGUAGES", tmp_path)
    with pytest.raises(UnusableWords, match=r"xx\.yaml: unit"):
        built_in_words.__wrapped__()


def own_words(*wanted: OwnWord) -> tuple[OwnWord, ...]:
    words: tuple[OwnWord, ...] = ()
    for word in wanted:
        words = added_to(words, word)
    return words


def test_own_words_are_added_and_kept_as_one_object() -> None:
    own = words_of_own(own_words(OwnWord("total", "  Endgültig  zu  zahlen", "de")))
    assert own.total == (*built_in_words().total, "endgültig zu zahlen")
    assert own is words_of_own([OwnWord("total", "endgültig zu zahlen")])
    assert words_with({}) is built_in_words() is words_of_own([])


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (OwnWord("colour", "red"), "own_word_group"),
        (OwnWord("currency_sign", "rm"), "own_word_group"),
        (OwnWord("credit_mark", "x"), "own_word_group"),
        (OwnWord("total", " -- "), "own_word_form"),
        (OwnWord("total", "a" * (LONGEST_WORD + 1)), "own_word_form"),
        (OwnWord("total", "a\u202eb"), "own_word_form"),
        (OwnWord("total", "sum", "xx"), "own_word_language"),
        (OwnWord("total", "sum", "de", "3"), "own_word_month"),
        (OwnWord(MONTH_NAME, "lenzing", "de"), "own_word_month"),
        (OwnWord(MONTH_NAME, "lenzing", "de", "13"), "own_word_month"),
    ],
)
def test_unusable_words_are_refused(wanted: OwnWord, code: str) -> None:
    with pytest.raises(UnusableWords) as refused:
        checked_word(wanted)
    assert refused.value.reason.code == code


@pytest.mark.parametrize("word", ["Grand Total", "endgültig  zu zahlen"])
def test_known_word_is_refused(word: str) -> None:
    with pytest.raises(UnusableWords) as refused:
        added_to([OwnWord("total", "endgültig zu zahlen")], OwnWord("total", word))
    assert refused.value.reason.code == "own_word_known"


def test_number_of_own_words_is_limited() -> None:
    full = [OwnWord("total", f"sum {number}") for number in range(MOST_WORDS)]
    with pytest.raises(UnusableWords) as refused:
        added_to(full, OwnWord("total", "one more"))
    assert refused.value.reason.code == "own_words_too_many"


def test_stored_words_are_read_back() -> None:
    words = own_words(OwnWord("total", "schlussbetrag", "de"), OwnWord(MONTH_NAME, "lenzing", "de", "3"))
    assert own_words_from([word.to_dict() for word in words]) == words
    assert own_words_from([{"group": "gone", "word": "a"}, 7, {"group": "total"}]) == ()
    assert own_words_from({"total": ["schlussbetrag"]}) == own_words_from(None) == ()


def test_every_extendable_group_takes_words_and_has_a_label() -> None:
    own = words_of_own(OwnWord(group, "qwertz", "", "3" if group == MONTH_NAME else "") for group in EXTENDABLE)
    assert all("qwertz" in getattr(own, group) for group in EXTENDABLE)
    assert set(WORD_GROUPS) == set(EXTENDABLE)


def test_no_extendable_group_is_read_from_built_in_words() -> None:
    """An organisation's word would be accepted and never looked for."""
    for app in _CODE:
        for path in (PRODUCT / app).rglob("*.py"):
            read = {group for group in built_in_only(path) if group in EXTENDABLE}
            assert not read, f"{path}: {sorted(read)}"


def built_in_only(path: Path) -> set[str]:
    """Groups that a module takes of `built_in_words()`, itself or by a name it was given in the same function."""
    found: set[str] = set()
    tree = ast.parse(path.read_text())
    for scope in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Module)):
        inside = [node for child in ast.iter_child_nodes(scope) for node in ast.walk(child)]
        names = {
            target.id
            for node in inside
            if isinstance(node, ast.Assign) and is_built_in(node.value, set())
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in inside if isinstance(scope, ast.FunctionDef) or names == set() else []:
            if isinstance(node, ast.Attribute) and is_built_in(node.value, names):
                found.add(node.attr)
            if isinstance(node, ast.Call) and node.args and is_built_in(node.args[0], names):
                found |= {argument.value for argument in node.args[1:] if isinstance(argument, ast.Constant)}
    return found


def is_built_in(node: ast.expr, names: set[str]) -> bool:
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "built_in_words"
    return is_call or (isinstance(node, ast.Name) and node.id in names)


def test_built_in_words_are_listed_by_language() -> None:
    by_language = built_in_by_language()
    assert set(by_language) == set(languages())
    assert "gesamtbetrag" in by_language["de"]["total"] and "grand total" in by_language["en"]["total"]


def test_own_name_of_a_month_is_read_while_its_words_hold() -> None:
    assert read_date("12. Lenzing 2024", "de_DE") is None
    with using_words(words_of_own([OwnWord(MONTH_NAME, "lenzing", "de", "3")])):
        assert read_date("12. Lenzing 2024", "de_DE") == date(2024, 3, 12)
    assert read_date("12. Lenzing 2024", "de_DE") is None


def test_own_word_for_per_cent_is_read_while_its_words_hold() -> None:
    rules = field_type(FieldType.PERCENTAGE)
    assert rules.read("19 procento", "de_DE", ()) is None
    with using_words(words_of_own([OwnWord("per_cent", "procento")])):
        assert rules.read("19 procento", "de_DE", ()) == "19"


def test_pattern_signs_in_own_words_are_plain_text() -> None:
    own = words_with({group: ["a+ (b)"] for group in EXTENDABLE if group != MONTH_NAME})
    page = page_of("Acme Ltd", "1 High Street", "Date: 05/02/2024", "Hammer   2 x 10.00   20.00", "Total   20.00")
    assert extract_candidates(build_page_view(page, own), RECEIPT, 1)


def test_own_label_of_a_total_is_read() -> None:
    page = page_of("Acme Ltd", "Hammer        20.00", "Schlussbetrag        20.90", "Bezahlt         50.00")

    def total(*own: str) -> str | None:
        view = build_page_view(page, words_of_own(OwnWord("total", word.lower()) for word in own))
        return next(found.value for found in extract_candidates(view, RECEIPT, 1) if found.field == "total")

    assert total() == "50.00"
    assert total("Schlussbetrag") == "20.90"


def test_own_word_in_a_field_name_gives_its_role() -> None:
    spec = FieldSpec("mieter", FieldType.NAME, "Mieter")
    assert role_of(spec, built_in_words()) is Role.OTHER
    assert role_of(spec, words_with({"recipient": ["mieter"]})) is Role.RECIPIENT


def test_no_code_names_places_or_legal_forms() -> None:
    """They are data: what one country's documents say stands in the YAML of that country."""
    tuned = re.compile(r"\b(?:selangor|kuala|johor|takzim|jalan|sdn|bhd|gst summary)\b", re.IGNORECASE)
    for app in _CODE:
        for path in (PRODUCT / app).rglob("*.py"):
            code = re.sub(r'"""(?s:.*?)"""|#.*', "", path.read_text())
            assert not tuned.search(code), path


@pytest.mark.parametrize(
    ("group", "word", "kind", "printed", "value"),
    [
        ("yes_word", "jawohl", FieldType.TICK_BOX, "Jawohl", "yes"),
        ("no_word", "keineswegs", FieldType.TICK_BOX, "keineswegs", "no"),
        ("signed_by", "gezeichnet durch", FieldType.SIGNATURE, "Gezeichnet durch Jane Doe", "present"),
    ],
)
def test_own_words_are_read_by_types_of_regions(
    group: str, word: str, kind: FieldType, printed: str, value: str
) -> None:
    assert field_type(kind).read(printed, "de_DE", ()) is None
    with using_words(words_of_own([OwnWord(group, word)])):
        assert field_type(kind).read(printed, "de_DE", ()) == value
