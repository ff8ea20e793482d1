"""Free text, as read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.domain.field_types.after_label import TextAfterLabel
from documents.domain.field_types.base import CellKind, Match, PageLines, PdbColumn
from documents.domain.field_types.codes import CodeRules
from documents.domain.field_types.matching import find_by_schema
from documents.domain.schema_spec import FieldSpec, FieldType
from idp_project.core.translation import gettext_noop


class TextRules(CodeRules):
    type = FieldType.TEXT
    label = gettext_noop("Text")
    with_article = gettext_noop("a text")
    hint = gettext_noop("Words as they are printed.")
    placeholder = ""
    notation = "as printed"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.TEXT
    family = "text"
    rivals = ()
    after_label = TextAfterLabel()
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        return text

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        yield from find_by_schema(self, page, spec, locale)
