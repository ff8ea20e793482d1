"""Quantities, written as amounts are."""

from __future__ import annotations

from documents.domain.field_types.amount import DecimalRules
from documents.domain.field_types.base import CellKind, PdbColumn
from documents.domain.field_types.roles import Role
from documents.domain.schema_spec import FieldType
from documents.domain.words import Words
from idp_project.core.translation import gettext_noop


class NumberRules(DecimalRules):
    type = FieldType.NUMBER
    label = gettext_noop("Number")
    with_article = gettext_noop("a number")
    placeholder = ""
    notation = "digits and separators as printed"
    pdb_column = PdbColumn.NUMBER
    cell_kind = CellKind.NUMBER
    family = "number"
    rivals = ()
    after_label = None
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def role(self, names: tuple[str, ...], words: Words) -> Role:
        return Role.OTHER
