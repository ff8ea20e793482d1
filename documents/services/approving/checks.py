"""Computing the checks of a sub-document again, on its values as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from documents.domain.checks.present_values import PresentRow, PresentValue, item_name
from documents.domain.checks.sub_document_checks import check_values, failed_among
from documents.domain.values import CheckResult
from documents.models import FieldValue, SubDocument


@dataclass(frozen=True)
class Rechecked:
    """`results` are all checks as they are now; `changed` are the values of which failed checks say something else now.

    `earlier_messages` are what failed checks said before.
    """

    results: tuple[CheckResult, ...]
    changed: tuple[FieldValue, ...]
    earlier_messages: frozenset[str]

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        return failed_among(self.results)


def sub_document_check(sub_document: SubDocument) -> Rechecked:
    """Computes and stores all checks of a sub-document. Call it after every change of a value, in its transaction.

    The caller holds the sub-document's row under lock and has read it since. Then of two corrections at once the second
    sees the first one's value.
    """
    values = _values(sub_document)
    before = {value.id: value.failed_messages for value in values}
    earlier = frozenset(check.message for check in sub_document.failed_checks)
    version = sub_document.schema_version
    results = check_values(version.spec, *_present(values)) if version else ()
    checks = [result.to_dict() for result in results]
    reasons = _without_repeated(sub_document, values, earlier)
    if (checks, reasons) != (sub_document.checks, sub_document.reasons):
        sub_document.checks, sub_document.reasons = checks, reasons
        sub_document.save(update_fields=["checks", "reasons"])
    changed = tuple(value for value in values if value.failed_messages != before[value.id])
    return Rechecked(results, changed, earlier)


def _values(sub_document: SubDocument) -> list[FieldValue]:
    rows = FieldValue.objects.filter(sub_document=sub_document).select_related("table_row", "corrected_by")
    values = list(rows.order_by("table_row__table", "table_row__number", "position"))
    for value in values:
        value.sub_document = sub_document
    return values


def _present(values: Iterable[FieldValue]) -> tuple[dict[str, PresentValue], list[PresentRow]]:
    fields: dict[str, PresentValue] = {}
    rows: dict[tuple[str, int], dict[str, PresentValue]] = {}
    for value in values:
        row = value.table_row
        place = rows.setdefault((row.table, row.number), {}) if row else fields
        if value.raw_text.strip() or value.value is not None:
            place[item_name(value.name, value.item)] = PresentValue(value.raw_text, value.value)
    return fields, [PresentRow(table, number, cells) for (table, number), cells in rows.items()]


def _without_repeated(sub_document: SubDocument, values: Iterable[FieldValue], earlier: frozenset[str]) -> list[str]:
    """The sub-document's own reasons. Those stored before checks were computed again repeat what its checks said then.

    Such a reason has no code: the sentence alone tells it from others. It goes from the values too.
    """
    for value in values:
        if not earlier.isdisjoint(value.reasons):
            value.reasons = [reason for reason in value.reasons if reason not in earlier]
            value.save(update_fields=["reasons"])
    return [reason for reason in sub_document.reasons if reason not in earlier]
