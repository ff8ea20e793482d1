"""One of the choices that the schema gives, found through a wrong letter and never invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from documents.domain.field_types.after_label import TextAfterLabel
from documents.domain.field_types.base import CellKind, Match, PageLines, PdbColumn
from documents.domain.field_types.codes import CodeRules
from documents.domain.field_types.matching import find_by_schema
from documents.domain.notation import Notation
from documents.domain.reading_notes import CHOICE_RESPELLED
from documents.domain.schema_spec import FieldSpec, FieldType
from idp_project.core.reasons import Reason
from idp_project.core.translation import gettext_noop

_CUTOFF = 80.0


class ChoiceRules(CodeRules):
    type = FieldType.CHOICE
    label = gettext_noop("Choice")
    with_article = gettext_noop("one of its choices")
    hint = gettext_noop("One of the values that you list.")
    placeholder = ""
    notation = "one of the allowed values"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "text"
    rivals = ()
    shares_places = True
    after_label = TextAfterLabel()
    has_choices = True
    has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        lowered = [choice.casefold() for choice in choices]
        if text.casefold() in lowered:
            return choices[lowered.index(text.casefold())]
        found = process.extractOne(text.casefold(), lowered, scorer=fuzz.ratio, score_cutoff=_CUTOFF)
        return choices[found[2]] if found else None

    def notes(self, raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
        if raw_text.casefold() != value.casefold():
            yield CHOICE_RESPELLED(text=raw_text)

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        yield from find_by_schema(self, page, spec, locale)
