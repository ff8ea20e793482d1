"""Days, in ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from documents.domain.date_range import side_of_field, side_of_place
from documents.domain.dates import (
    ISO_DATE,
    date_order,
    find_dates,
    is_swappable,
    read_date,
    read_date_in,
    swapped,
)
from documents.domain.field_types.base import (
    CellKind,
    FieldTypeRules,
    FoundValue,
    Match,
    PageLines,
    PdbColumn,
    Scene,
    clean,
    letters_and_digits,
)
from documents.domain.field_types.roles import Role
from documents.domain.notation import Notation
from documents.domain.notes_of_values import notes_of_date
from documents.domain.reasons import DATE_AMBIGUOUS, DATE_IMPLAUSIBLE
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.values import CheckOutcome, CheckResult
from documents.domain.words import Words, phrase_pattern, word_set
from idp_project.core.reasons import Reason
from idp_project.core.translation import gettext_noop

_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)
_USUAL_YEARS = range(1930, 2061)
_TIME = re.compile(r"\d{1,2}:\d{2}")


class DateRules(FieldTypeRules):
    type = FieldType.DATE
    label = gettext_noop("Date")
    with_article = gettext_noop("a date")
    hint = gettext_noop("A day, however it is written; stored as 2025-03-31.")
    json_format = "date"
    placeholder = "YYYY-MM-DD"
    notation = "as printed"
    pdb_column = PdbColumn.DATE
    cell_kind = CellKind.DATE
    family = "date"
    rivals = ("issue_date", "due_date", "other_date")
    doubt = DATE_AMBIGUOUS
    after_label = None
    has_choices = has_lines = is_headed = tells_documents_apart = False

    def read(self, text: str, locale: str, choices: Sequence[str]) -> str | None:
        found = read_date(text, "en_CA" if ISO_DATE.fullmatch(text) else locale)
        return found.isoformat() if found else None

    def read_in(self, raw_text: str, notation: Notation, choices: Sequence[str] = ()) -> str | None:
        text = clean(raw_text)
        found = read_date_in(text, replace(notation, date_order="YMD") if ISO_DATE.fullmatch(text) else notation)
        return found.isoformat() if found else None

    def other_readings(self, raw_text: str, notation: Notation) -> tuple[str, ...]:
        """Day and month may be exchanged where no other date of the document shows the order, and something else on it
        is written as another country does.
        """
        if notation.is_order_sure or not notation.is_order_doubtful or not is_swappable(raw_text):
            return ()
        other = swapped(raw_text, notation)
        return (other.isoformat(),) if other else ()

    def notes(self, raw_text: str, value: str, notation: Notation, decided_by: str) -> Iterator[Reason]:
        yield from notes_of_date(raw_text, value, notation, decided_by)

    def find(self, page: PageLines, spec: FieldSpec, locale: str) -> Iterator[Match]:
        order = page.notation.date_order or date_order(locale)
        for line, text in enumerate(page.texts):
            if any(mark.isdigit() for mark in text):
                for start, end, day in find_dates(text, locale, order):
                    yield Match(((line, start, end),), day.isoformat())

    def features(self, scene: Scene, found: FoundValue) -> dict[str, float]:
        row_text = scene.row_text(found)
        year = int((found.value or "0000")[:4])
        wanted, side = side_of_field(scene.spec, scene.words), side_of_place(row_text, found.raw_text, scene.words)
        return {
            "own_side": 1.0 if wanted and side is wanted else 0.0,
            "other_side": 1.0 if wanted and side and side is not wanted else 0.0,
            "with_time": 1.0 if _TIME.search(row_text) else 0.0,
            "only_one": 1.0 if len(scene.counts) == 1 else 0.0,
            "in_title": float(scene.is_in_title(found)),
            "far_year": 0.0 if year in _USUAL_YEARS else 1.0,
        }

    def check(self, spec: FieldSpec, name: str, value: str, locale: str) -> Iterator[CheckResult]:
        if _EARLIEST <= date.fromisoformat(value) <= _LATEST:
            yield CheckResult("plausible_date", CheckOutcome.PASSED, (name,))
        else:
            reason = DATE_IMPLAUSIBLE(label=spec.label, value=value)
            yield CheckResult("plausible_date", CheckOutcome.FAILED, (name,), reason)

    def merge_key(self, text: str) -> str:
        return letters_and_digits(text)

    def role(self, names: tuple[str, ...], words: Words) -> Role:
        if not word_set(words, "due_date").isdisjoint(names[:2]):
            return Role.DUE_DATE
        is_other = phrase_pattern(words, "other_date_name").search(" ".join(names[:2]))
        return Role.OTHER_DATE if is_other else Role.ISSUE_DATE
