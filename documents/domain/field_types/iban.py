"""International bank account numbers (ISO 13616): upper case, no spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from documents.domain.field_types.base import CellKind, FoundValue, Match, PageLines, PdbColumn, Scene
from documents.domain.field_types.codes import CodeRules, digits_checked
from documents.domain.field_types.matching import find_pattern
from documents.domain.notation import Notation
from documents.domain.reading_notes import CODE_CUT
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import CheckResult
from idp_project.core.reasons import Reason
from idp_project.core.translation import gettext_noop

_SHAPE = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_COMPACT = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")
_COUNTRIES = re.compile(
    "A[DELTZ]|B[AEGHRY]|C[HRYZ]|D[EKO]|E[EGS]|F[IOR]|G[BEILRT]|H[RU]|I[ELQST]|JO|K[WZ]|L[BCITUV]|M[CDEKRTU]|N[LO]|"
    "P[KLST]|QA|R[OS]|S[ACEIKMT]|T[LNR]|UA|V[AG]|XK"
)
_SHORTEST = 15
_MIXED_UP = str.maketrans("OoIlSB", "001158")


class IbanRules(CodeRules):
    type = FieldType.IBAN
    label = gettext_noop("IBAN")
    with_article = gettext_noop("an IBAN")
    hint = gettext_noop("An account number whose check digits are right.")
    placeholder = ""
    notation = "as printed"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "shaped"
    rivals = ()
    after_label = None
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        code = re.sub(r"[^A-Za-z0-9]", "", text).upper()
        return code if _COMPACT.fullmatch(code) else None

    def notes(self, raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
        if len(re.sub(r"[^A-Za-z0-9]", "", raw_text)) > len(value):
            yield CODE_CUT(text=raw_text)

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        """Valid ones, cut where other text follows; and those of a known country whose check digits alone are wrong."""
        for found in find_pattern(self, page, _SHAPE, spec, locale):
            value = found.value or ""
            cuts = (value[:cut] for cut in range(len(value), _SHORTEST - 1, -1))
            valid = next((code for code in cuts if is_valid_iban(code)), None)
            if valid or _has_wrong_check_digits(value):
                yield replace(found, value=valid or value)

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        return super().features(scene, found) | {"check_digits": float(is_valid_iban(found.value or ""))}

    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        repaired = value[:2] + value[2:].translate(_MIXED_UP)
        hint = repaired if repaired != value and is_valid_iban(repaired) else ""
        yield digits_checked(spec, name, value, is_valid_iban(value), hint)


@lru_cache(maxsize=2048)
def is_valid_iban(value: str) -> bool:
    """Structure, length and check digits."""
    from stdnum import iban

    return bool(iban.is_valid(value))


@lru_cache(maxsize=2048)
def _has_wrong_check_digits(value: str) -> bool:
    """An IBAN of that country's length and structure in everything but its check digits: one letter misread."""
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    try:
        repaired = f"{value[:2]}{iban.calc_check_digits(value)}{value[4:]}"
    except (ValidationError, ValueError):
        return False
    return _COUNTRIES.match(value) is not None and not is_valid_iban(value) and is_valid_iban(repaired)
