"""Numbers under which a business pays value added tax: upper case, no spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.domain.field_types.after_label import CodeAfterLabel
from documents.domain.field_types.base import CellKind, FoundValue, Match, PageLines, PdbColumn, Scene
from documents.domain.field_types.codes import CodeRules, digits_checked
from documents.domain.field_types.iban import is_valid_iban
from documents.domain.field_types.matching import find_pattern
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import CheckOutcome, CheckResult
from idp_project.core.translation import gettext_noop

_COUNTRIES = (
    "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|EU|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI|CHE|NO|IS|LI|UA|RS|TR"
)
_SHAPE = re.compile(
    rf"\b(?:{_COUNTRIES})[ -]?[\dA-Z](?:[ .-]?[\dA-Z]){{6,13}}\b|\b\d{{2}}[A-Z]{{5}}\d{{4}}[A-Z]\dZ[A-Z\d]\b|\b\d{{9,15}}\b"
)
_SPACED = re.compile(r"[A-Z]{0,3} ?[\dA-Z](?:[ .-]?[\dA-Z])+")
_FEWEST_DIGITS = 7
_GSTIN = 15


class VatNumberRules(CodeRules):
    type = FieldType.VAT_NUMBER
    label = gettext_noop("VAT number")
    with_article = gettext_noop("a VAT number")
    hint = gettext_noop("A VAT number whose check digits are right, where its country has them.")
    placeholder = ""
    notation = "as printed"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "shaped"
    rivals = ()
    after_label = CodeAfterLabel(spaced=_SPACED)
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        code = re.sub(r"[^A-Za-z0-9]", "", text).upper()
        return code if re.search(r"\d{4}", code) else None

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        for found in find_pattern(self, page, _SHAPE, spec, locale):
            line, start, end = found.parts[0]
            digits = sum(mark.isdigit() for mark in page.texts[line][start:end])
            if digits >= _FEWEST_DIGITS and not is_valid_iban(found.value or ""):
                yield found

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        from stdnum.eu import vat

        return super().features(scene, found) | {"check_digits": float(vat.is_valid(found.value or ""))}

    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        """Known: numbers with an EU country's prefix, and Indian GST numbers. Of others nothing can be said."""
        from stdnum.eu import vat
        from stdnum.in_ import gstin

        if value[:2].lower() in vat.MEMBER_STATES or value[:2] == "EL":
            yield digits_checked(spec, name, value, bool(vat.is_valid(value)))
        elif locale.endswith("_IN") and len(value) == _GSTIN:
            yield digits_checked(spec, name, value, bool(gstin.is_valid(value)))
        else:
            yield CheckResult("check_digits", CheckOutcome.NOT_APPLICABLE, (name,))
