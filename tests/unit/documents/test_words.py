"""Words of documents: per language, merged once, extended by organisations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from documents.domain import words as module
from documents.domain.field_roles import role_of
from documents.domain.field_types.roles import Role
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.words import (
    EXTENDABLE,
    GROUPS,
    LONGEST_WORD,
    MOST_PER_GROUP,
    UnusableWords,
    built_in_words,
    checked_words,
    words_with,
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


def test_own_words_are_added_and_kept_as_one_object() -> None:
    own = words_with({"total": ["  Endgültig  zu  zahlen"]})
    assert own.total == (*built_in_words().total, "endgültig zu zahlen")
    assert own is words_with({"total": ("endgültig zu zahlen",)})
    assert words_with({}) is built_in_words() is words_with({"total": []})


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ([], "lists by group"),
        ({"colour": ["red"]}, "not one of the groups"),
        ({"currency_sign": {"RM": "MYR"}}, "not one of the groups"),
        ({"month": ["mrt"]}, "not one of the groups"),
        ({"total": "sum"}, "takes a list"),
        ({"total": ["word"] * (MOST_PER_GROUP + 1)}, "takes a list"),
        ({"total": [1]}, "not a word"),
        ({"total": [" -- "]}, "not a word"),
        ({"total": ["a" * (LONGEST_WORD + 1)]}, "not a word"),
        ({"total": ["a\u202eb"]}, "not a word"),
    ],
)
def test_unusable_words_are_refused(added: object, message: str) -> None:
    with pytest.raises(UnusableWords, match=message):
        checked_words(added)


def test_every_extendable_group_takes_words() -> None:
    own = words_with({group: ["qwertz"] for group in EXTENDABLE})
    assert all("qwertz" in getattr(own, group) for group in EXTENDABLE)


def test_pattern_signs_in_own_words_are_plain_text() -> None:
    own = words_with({group: ["a+ (b)"] for group in EXTENDABLE})
    page = page_of("Acme Ltd", "1 High Street", "Date: 05/02/2024", "Hammer   2 x 10.00   20.00", "Total   20.00")
    assert extract_candidates(build_page_view(page, own), RECEIPT, 1)


def test_own_label_of_a_total_is_read() -> None:
    page = page_of("Acme Ltd", "Hammer        20.00", "Schlussbetrag        20.90", "Bezahlt         50.00")

    def total(*own: str) -> str | None:
        view = build_page_view(page, words_with({"total": own}))
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
