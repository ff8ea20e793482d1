"""Quantities, written as amounts are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.domain.field_types.amount import DecimalRules
from documents.domain.field_types.base import CellKind, PdbColumn
from documents.domain.field_types.roles import Role
from documents.domain.notation import Notation
from documents.domain.reading_notes import UNIT_DROPPED
from documents.domain.schema_spec import FieldType
from documents.domain.words import Words
from idp_project.core.reasons import Reason
from idp_project.core.translation import gettext_noop

_UNIT = re.compile(r"[^\W\d].*$|(?<=\d) ?[%°]$")  # what stands behind the digits


class NumberRules(DecimalRules):
    type = FieldType.NUMBER
    label = gettext_noop("Number")
    with_article = gettext_noop("a number")
    hint = gettext_noop("A quantity or another number; stored as 1234.5.")
    placeholder = ""
    notation = "digits and separators as printed"
    pdb_column = PdbColumn.NUMBER
    cell_kind = CellKind.NUMBER
    family = "number"
    rivals = ()
    after_label = None
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def notes(self, raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
        yield from super().notes(raw_text, value, notation, decided_by)
        if unit := _UNIT.search(raw_text):
            yield UNIT_DROPPED(unit=unit.group(0).strip())

    def role(self, names: tuple[str, ...], words: Words) -> Role:
        return Role.OTHER
