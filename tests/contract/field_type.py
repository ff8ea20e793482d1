"""What every field type keeps to, on examples that each type gives."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from typing import ClassVar

from django.template.loader import render_to_string

from documents.domain.drafts.files import FileForm, definition_in, file_of
from documents.domain.drafts.problems import problems_of
from documents.domain.drafts.shape import spec_from
from documents.domain.field_types.base import CellKind, FieldTypeRules, PdbColumn
from documents.domain.field_types.registry import field_type
from documents.domain.normalization import normalize_value
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.values import CheckOutcome
from documents.domain.words import GROUPS
from documents.templatetags.screens import with_presentation
from documents.views.type_vocabulary import editor_types
from extraction.local.candidates import find_values
from extraction.local.extractor import build_scene, extract_candidates, index_labels
from extraction.local.features import feature_vector
from extraction.local.page_view import build_page_view
from extraction.local.weights import WEIGHTS
from extraction.page_steps.model_reading import NOTATIONS
from idp_project.providers.llm.extraction_prompt import extraction_request
from pdb_sync.domain.record_rows import cell_rows
from pdb_sync.models import PdbCell
from tests.unit.extraction.pages import page_of
from tests.unit.pdb_sync.contents import cell, invoice

LABEL = "Wanted thing"


class FieldTypeContract:
    """A type's own class gives the examples; `readable` are raw texts with their values."""

    type: ClassVar[FieldType]
    locale: ClassVar[str] = "en_GB"
    choices: ClassVar[tuple[str, ...]] = ()
    readable: ClassVar[tuple[tuple[str, str], ...]]
    unreadable: ClassVar[tuple[str, ...]]
    page: ClassVar[tuple[str, ...]]  # rows of a page that print the value
    on_page: ClassVar[str]
    is_found_by_shape: ClassVar[bool]
    accepted: ClassVar[tuple[str, ...]]  # values of which no check fails
    refused: ClassVar[tuple[str, ...]]  # values of which a check fails; empty for types that check nothing
    equal: ClassVar[tuple[tuple[str, str], ...]]
    different: ClassVar[tuple[tuple[str, str], ...]]

    @property
    def rules(self) -> FieldTypeRules:
        return field_type(self.type)

    @property
    def spec(self) -> FieldSpec:
        return FieldSpec("thing", self.type, LABEL, choices=self.choices)

    @property
    def schema(self) -> SchemaSpec:
        return SchemaSpec("form", "Form", "1.0", (self.spec,), locale=self.locale)

    def test_examples_have_their_notation(self) -> None:
        for raw, value in self.readable:
            assert normalize_value(self.spec, raw, self.locale) == value

    def test_the_editor_knows_the_type(self) -> None:
        """What the editor of types shows and takes comes from the class: none of its tables has to be extended."""
        (shown,) = [one for one in editor_types() if one["value"] == self.type.value]
        assert shown["label"] and shown["hint"].endswith(".") and set(shown) >= {"has_choices", "is_number", "is_date"}
        definition = {
            "name": "Form",
            "locale": self.locale,
            "fields": [{**self.spec.to_dict(), "choices": self.own_choices}],
        }
        spec = spec_from(definition, key="form", version="1.0")
        assert problems_of(spec) == ()
        again = spec_from(definition_in(file_of(spec, FileForm.JSON_SCHEMA)), key="form", version="1.0")
        assert again.fields == spec.fields

    @property
    def own_choices(self) -> list[str]:
        """Those of the definition: none where the type has all its values itself."""
        return [] if self.rules.own_choices else list(self.choices)

    def test_normalizing_is_idempotent(self) -> None:
        for _, value in self.readable:
            assert normalize_value(self.spec, value, self.locale) == value

    def test_other_texts_are_not_read(self) -> None:
        for raw in (*self.unreadable, "", " \n\t"):
            assert normalize_value(self.spec, raw, self.locale) is None

    def test_value_is_found_on_page(self) -> None:
        view = build_page_view(page_of(*self.page))
        values = [candidate.value for candidate in extract_candidates(view, self.schema, 1)]
        assert self.on_page in values

    def test_shape_or_label_finds_value(self) -> None:
        """A type without a shape of its own says how it is read beside its label."""
        view = build_page_view(page_of(*self.page))
        by_shape = [found.value for found in find_values(view, self.spec, self.locale)]
        assert (self.on_page in by_shape) is self.is_found_by_shape
        assert self.is_found_by_shape or self.rules.after_label is not None

    def test_found_texts_stand_on_page(self) -> None:
        view = build_page_view(page_of(*self.page))
        for found in find_values(view, self.spec, self.locale):
            assert found.raw_text.split() <= view.page_text.text.split() or found.raw_text in view.page_text.text
            assert normalize_value(self.spec, found.value or "", self.locale) == found.value

    def test_nothing_is_found_on_an_empty_page(self) -> None:
        assert find_values(build_page_view(page_of("")), self.spec, self.locale) == []

    def test_features_lie_between_0_and_1(self) -> None:
        view = build_page_view(page_of(*self.page))
        scene = build_scene(view, self.spec, self.schema, index_labels(view, self.schema))
        assert scene.found
        for found in scene.found:
            assert all(0 <= value <= 1 for value in feature_vector(scene, found).values())

    def test_family_of_weights_exists(self) -> None:
        assert self.rules.family in WEIGHTS

    def test_rivals_are_groups_of_words(self) -> None:
        assert set(self.rules.rivals) <= set(GROUPS)

    def test_checks_accept_and_refuse(self) -> None:
        for value in self.accepted:
            assert CheckOutcome.FAILED not in self._outcomes(value)
        for value in self.refused:
            assert CheckOutcome.FAILED in self._outcomes(value)

    def _outcomes(self, value: str) -> list[CheckOutcome]:
        results = list(self.rules.check(self.spec, "thing", value, self.locale))
        assert all(result.fields == ("thing",) for result in results)
        assert all(LABEL in result.message for result in results if result.outcome is CheckOutcome.FAILED)
        return [result.outcome for result in results]

    def test_equal_values_have_one_merge_key(self) -> None:
        for one, other in self.equal:
            assert self.rules.merge_key(one) == self.rules.merge_key(other)
        for one, other in self.different:
            assert self.rules.merge_key(one) != self.rules.merge_key(other)

    def test_pdb_column_exists_and_takes_values(self) -> None:
        column = self.rules.pdb_column
        assert PdbCell._meta.get_field(column.value)
        for _, value in self.readable:
            content = replace(invoice(), fields=(cell("thing", self.type, value),), tables={})
            row = cell_rows(content)[0]
            typed = [name for name in (PdbColumn.NUMBER, PdbColumn.DATE) if row[name.value] is not None]
            assert row["value"] == value
            assert typed == ([] if column is PdbColumn.TEXT else [column])

    def test_numbers_of_tables_are_numbers_in_pdb(self) -> None:
        assert self.rules.cell_kind.is_numeric == (self.rules.pdb_column is PdbColumn.NUMBER)
        assert (self.rules.cell_kind is CellKind.DATE) == (self.rules.pdb_column is PdbColumn.DATE)

    def test_placeholder_is_shown_on_the_desk(self) -> None:
        shown = with_presentation({"state": "empty", "type": self.type.value})
        assert shown["placeholder"] == self.rules.placeholder

    def test_label_is_marked_for_translation(self) -> None:
        source = inspect.getsource(type(self.rules))
        for name in ("label", "with_article"):
            assert re.search(rf'^    {name} = gettext_noop\("[^"]+"\)', source, re.MULTILINE), name

    def test_label_is_shown_with_the_schema(self) -> None:
        page = render_to_string("documents/_schema_fields.html", {"fields": [self.spec]})
        assert f"<td>{self.rules.label}" in page

    def test_model_is_told_the_notation(self) -> None:
        request = extraction_request(self.schema, page_of(*self.page), NOTATIONS)
        assert self.rules.notation and f"“{LABEL}”; {self.rules.notation}" in request.messages[0].text
