"""Currencies, by their ISO 4217 code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.domain.currencies import currency_pattern, find_currency, known_currencies
from documents.domain.field_types.base import CellKind, FoundValue, Match, PageLines, PdbColumn, Scene
from documents.domain.field_types.codes import CodeRules
from documents.domain.notation import Notation
from documents.domain.reading_notes import CURRENCY_CHOSEN
from documents.domain.reasons import CURRENCY_AMBIGUOUS
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.signs_of_print import as_ascii_digits
from idp_project.core.reasons import Reason
from idp_project.core.translation import gettext_noop


class CurrencyRules(CodeRules):
    type = FieldType.CURRENCY
    label = gettext_noop("Currency")
    with_article = gettext_noop("a currency")
    hint = gettext_noop("The three letters of a currency, also where only its sign is printed.")
    placeholder = "EUR"
    notation = "the ISO 4217 code or the sign as printed"
    pdb_column = PdbColumn.TEXT
    cell_kind = CellKind.CODE
    family = "shaped"
    rivals = ()
    doubt = CURRENCY_AMBIGUOUS
    shares_places = True
    after_label = None
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        return text.upper() if text.upper() in known_currencies() else find_currency(text)

    def read_in(self, raw_text: str, notation: Notation, choices: Sequence[str] = ()) -> str | None:
        """A sign that several countries share is what it stands for in the document."""
        return next(iter(_meanings(raw_text, notation)), None) or self.normalize(raw_text, notation.locale, choices)

    def other_readings(self, raw_text: str, notation: Notation) -> tuple[str, ...]:
        return _meanings(raw_text, notation)[1:]

    def notes(self, raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
        if _meanings(raw_text, notation):
            yield CURRENCY_CHOSEN(sign=raw_text.strip(), currency=value)

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        for line, text in enumerate(page.texts):
            for match in currency_pattern().finditer(as_ascii_digits(text)):
                if code := self.read_in(match.group(0), page.notation):
                    yield Match(((line, *match.span()),), code)

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        """A page in one currency names it wherever it stands."""
        unanimous = scene.counts.get(found.value, 0) / len(scene.found)
        return super().features(scene, found) | {"unanimous": unanimous}


def _meanings(raw_text: str, notation: Notation) -> tuple[str, ...]:
    return dict(notation.currencies).get(as_ascii_digits(raw_text).strip(), ())
