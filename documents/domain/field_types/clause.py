"""What a sentence of a contract lays down: the law, a duration, a notice period, or the sentence itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.domain.durations import read_duration
from documents.domain.field_types.after_label import TextAfterLabel
from documents.domain.field_types.base import CellKind, Match, PageLines, PdbColumn
from documents.domain.field_types.codes import CodeRules
from documents.domain.field_types.matching import find_by_schema
from documents.domain.schema_spec import FieldSpec, FieldType
from idp_project.core.translation import gettext_noop


class ClauseRules(CodeRules):
    """Found by the cue words of its sentence (`extraction/local/clauses.py`), or beside its label as any text."""

    type = FieldType.CLAUSE
    label = gettext_noop("Clause of a contract")
    with_article = gettext_noop("a clause of a contract")
    hint = gettext_noop("What a sentence of running text lays down, for example the law that governs a contract.")
    placeholder = ""
    notation = "as printed, without the words around it; a duration as number and unit in English, for example 2 years"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.TEXT
    family = "clause"
    rivals = ()
    after_label = TextAfterLabel()
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        return read_duration(text) or text

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        yield from find_by_schema(self, page, spec, locale)
