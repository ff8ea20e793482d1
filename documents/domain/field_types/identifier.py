"""Numbers that name one document or thing, as read: invoice number, contract number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from documents.domain.check_digits import has_right_digits
from documents.domain.dates import find_dates
from documents.domain.field_types.after_label import CodeAfterLabel
from documents.domain.field_types.base import CellKind, FoundValue, Match, PageLines, PdbColumn, Scene
from documents.domain.field_types.codes import CodeRules, digits_checked
from documents.domain.field_types.matching import match_of
from documents.domain.numbers import amount_pattern, has_decimals
from documents.domain.parties import address_shape
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.signs_of_print import as_ascii_digits
from documents.domain.values import CheckResult
from documents.domain.words import Words, alternatives
from idp_project.core.translation import gettext_noop

_SHAPE = re.compile(r"#?[A-Za-z0-9](?:[A-Za-z0-9]|[/_.\-#](?=[A-Za-z0-9#]))*")
_ASIDE = re.compile(r"\d[\d.,]* ?%|(?<=\w )\(\w{1,12}\)(?= \w)")
_SHORTEST = 3
_FEWEST_DIGITS = 2
_SURELY_ADDRESS = 0.45  # a word for a street, a place, or several lesser signs
_NEAR = 40  # characters before a code in which it is named


class IdentifierRules(CodeRules):
    type = FieldType.IDENTIFIER
    label = gettext_noop("Identifier")
    with_article = gettext_noop("an identifier")
    hint = gettext_noop("A number or code such as AB-1234, as it is printed.")
    placeholder = ""
    notation = "as printed"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "identifier"
    rivals = ()
    after_label = CodeAfterLabel()
    tells_documents_apart = True
    takes_check_digits = True
    has_choices = has_lines = is_headed = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        return text.strip(" :;.,#*") or None

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        """Words with two digits and more that are no part of a date, an amount, a share or an aside in brackets; no house number
        before its street, and no tax number that is called so."""
        for line, text in enumerate(page.texts):
            taken = [(start, end) for start, end, _ in find_dates(text, locale)]
            plain = as_ascii_digits(text)
            taken += [
                match.span() for match in amount_pattern(page.notation).finditer(plain) if has_decimals(match.group(0))
            ]
            taken += [match.span() for match in _ASIDE.finditer(plain)]
            for match in _SHAPE.finditer(text):
                code = match.group(0)
                if len(code) < _SHORTEST or sum(mark.isdigit() for mark in code) < _FEWEST_DIGITS:
                    continue
                if _names_another_thing(text, match.start(), code, page.words):
                    continue
                if not any(start < match.end() and match.start() < end for start, end in taken):
                    yield match_of(self, spec, line, text, match.span(), locale)

    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        """The check digits that the definition names."""
        is_right = has_right_digits(spec.check_digits, value) if spec.check_digits else None
        if is_right is not None:
            yield digits_checked(spec, name, value, is_right)

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        """A word for "number" before the code names it."""
        ahead = scene.row_text(found).partition(found.raw_text)[0]
        return super().features(scene, found) | {
            "numbered": float(numbered_pattern(scene.words).search(ahead) is not None)
        }


@lru_cache(maxsize=64)
def numbered_pattern(words: Words) -> re.Pattern[str]:
    """Matches the end of a text after which a number is named: "Nr.", "No:", "n°"."""
    return re.compile(rf"(?:(?<!\w)(?:{alternatives(words, 'number_word')})|[°º№#])[\W_]*$", re.IGNORECASE)


def _names_another_thing(text: str, start: int, code: str, words: Words) -> bool:
    """ "182 Maple Bend Blvd", "VAT number: IE9930500L"."""
    if start == 0 and code.isdigit():
        return len(text.split()) > 2 and ":" not in text and address_shape(text, words) >= _SURELY_ADDRESS
    if not _tax_word(words).search(text, max(0, start - _NEAR), start):
        return False
    from stdnum.eu import vat

    return bool(vat.is_valid(code))


@lru_cache(maxsize=64)
def _tax_word(words: Words) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives(words, 'tax', 'tax_name', 'tax_table')})(?!\w)", re.IGNORECASE)
