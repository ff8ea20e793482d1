"""Numbers that name one document or thing, as read: invoice number, contract number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.domain.dates import find_dates
from documents.domain.field_types.after_label import CodeAfterLabel
from documents.domain.field_types.base import CellKind, Match, PageLines, PdbColumn
from documents.domain.field_types.codes import CodeRules
from documents.domain.field_types.matching import match_of
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.translation import gettext_noop

_SHAPE = re.compile(r"#?[A-Za-z0-9](?:[A-Za-z0-9]|[/_.\-#](?=[A-Za-z0-9#]))*")
_SHORTEST = 3
_FEWEST_DIGITS = 2


class IdentifierRules(CodeRules):
    type = FieldType.IDENTIFIER
    label = gettext_noop("Identifier")
    with_article = gettext_noop("an identifier")
    placeholder = ""
    notation = "as printed"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "identifier"
    rivals = ()
    after_label = CodeAfterLabel()
    tells_documents_apart = True
    has_choices = has_lines = is_headed = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        return text.strip(" :;.,#*") or None

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        """Words with two digits and more that are no part of a date."""
        for line, text in enumerate(page.texts):
            dates = [(start, end) for start, end, _ in find_dates(text, locale)]
            for match in _SHAPE.finditer(text):
                code = match.group(0)
                if len(code) < _SHORTEST or sum(mark.isdigit() for mark in code) < _FEWEST_DIGITS:
                    continue
                if not any(start < match.end() and match.start() < end for start, end in dates):
                    yield match_of(self, spec, line, text, match.span(), locale)
