"""E-mail addresses, in lower case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.domain.field_types.base import CellKind, FoundValue, Match, PageLines, PdbColumn, Scene
from documents.domain.field_types.codes import CodeRules
from documents.domain.field_types.matching import find_pattern
from documents.domain.schema_spec import FieldSpec, FieldType
from idp_project.core.translation import gettext_noop

_SHAPE = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


class EmailRules(CodeRules):
    type = FieldType.EMAIL
    label = gettext_noop("E-mail address")
    with_article = gettext_noop("an e-mail address")
    hint = gettext_noop("An e-mail address.")
    json_format = "email"
    placeholder = ""
    notation = "as printed"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "shaped"
    rivals = ()
    after_label = None
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        found = _SHAPE.search(text.replace(" ", ""))
        return found.group(0).lower() if found else None

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        yield from find_pattern(self, page, _SHAPE, spec, locale)

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        return super().features(scene, found) | {"check_digits": 1.0}  # its shape is as good as check digits
