"""Telephone numbers, in E.164."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from documents.domain.dates import find_dates
from documents.domain.field_types.base import CellKind, FoundValue, Match, PageLines, PdbColumn, Scene
from documents.domain.field_types.codes import CodeRules
from documents.domain.field_types.matching import find_pattern
from documents.domain.notation import Notation
from documents.domain.reading_notes import PHONE_COUNTRY_ADDED
from documents.domain.schema_spec import FieldSpec, FieldType
from idp_project.core.reasons import Reason
from idp_project.core.translation import gettext_noop

_SHAPE = re.compile(r"(?<![\w.,/-])\+?\(?\d[\d ()./-]{6,18}\d(?![\d%]|[.,/]\d)")


class PhoneRules(CodeRules):
    type = FieldType.PHONE
    label = gettext_noop("Phone number")
    with_article = gettext_noop("a phone number")
    hint = gettext_noop("A telephone number, stored with the code of its country.")
    placeholder = ""
    notation = "as printed"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "shaped"
    rivals = ()
    after_label = None
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        return _read_phone(text, locale)

    def notes(self, raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
        if not raw_text.lstrip("( ").startswith(("+", "00")):
            yield PHONE_COUNTRY_ADDED()

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        for found in find_pattern(self, page, _SHAPE, spec, locale):
            line, start, end = found.parts[0]
            if not find_dates(page.texts[line][start:end], locale):
                yield found

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        return super().features(scene, found) | {"check_digits": 1.0}  # phonenumbers knows its country's lengths


@lru_cache(maxsize=1024)
def _read_phone(text: str, locale: str) -> str | None:
    import phonenumbers

    region = locale.replace("-", "_").split("_")[-1].upper() if "_" in locale.replace("-", "_") else None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
