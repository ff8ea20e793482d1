"""Generated documents of every type of the library, read in process by the library's own definition, in both languages.

All eleven types are known at once, as in an organisation that has adopted them all: each document has to be recognised.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.domain.field_types.registry import field_type
from documents.domain.library import library_types
from documents.domain.pipeline import PageStepName
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from extraction.context import DetectionContext
from extraction.steps.subdocument_detection import detect_sub_documents
from idp_project.operations.samples import generate
from tests.unit.samples.reading import SubDocument, read_pages, read_sample

SEEDS = (21, 22, 23)
LOCALES = {"en": "en_GB", "de": "de_DE"}
CASES = [(each.key, language) for each in library_types() for language in LOCALES]


def all_specs(language: str) -> tuple[SchemaSpec, ...]:
    return tuple(each.spec(language) for each in library_types())


def keys(spec: FieldSpec, texts: object) -> list[str]:
    """As values of that type are compared."""
    given = texts if isinstance(texts, list) else [texts]
    return sorted(field_type(spec.type).merge_key(str(text)) for text in given if text)


@pytest.mark.parametrize(("key", "language"), CASES, ids=[f"{key}-{language}" for key, language in CASES])
def test_a_type_is_recognised_and_its_required_values_are_right(key: str, language: str, tmp_path: Path) -> None:
    for seed in SEEDS:
        sample = generate(key, seed, locale=LOCALES[language], size="short")
        [truth] = sample.labels["sub_documents"]
        found = read_sample(sample, tmp_path, all_specs(language))
        assert [part.detected.schema_key for part in found] == [key], seed
        [part] = found
        spec = next(each for each in all_specs(language) if each.key == key)
        for field in spec.fields:
            if field.is_required:
                assert keys(field, part.items[field.name]) == keys(field, truth["fields"][field.name]), (
                    seed,
                    field.name,
                )
        assert_rows(spec, truth, part, seed)


def assert_rows(spec: SchemaSpec, truth: dict, part: SubDocument, seed: int) -> None:
    """All rows of a required table, each with every value."""
    for table in spec.tables:
        if not table.is_required:
            continue
        assert len(part.rows) == len(truth["tables"][table.name]), (seed, table.name)
        for row, wanted in zip(part.rows, truth["tables"][table.name], strict=True):
            for column in table.columns:
                assert keys(column, row.get(column.name)) == keys(column, wanted.get(column.name)), (seed, column.name)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", LOCALES)
def test_ten_documents_of_each_type_are_told_apart(language: str, tmp_path: Path) -> None:
    """Of all sizes; the page steps up to the page's type, then detection."""
    confused = {}
    for each in library_types():
        found = [detected_types(each.key, seed, language, tmp_path) for seed in range(300, 310)]
        if wrong := [types for types in found if types != [each.key]]:
            confused[each.key] = wrong
    assert not confused


def detected_types(key: str, seed: int, language: str, folder: Path) -> list[str | None]:
    sample = generate(key, seed, locale=LOCALES[language])
    path, specs = folder / sample.file_name, all_specs(language)
    path.write_bytes(sample.content)
    pages = tuple(read_pages(path, specs, until=PageStepName.PAGE_TYPE))
    return [part.schema_key for part in detect_sub_documents(DetectionContext(pages, specs)).sub_documents]
