"""Computing the checks of a sub-document again, on its values as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from documents.domain.checks.present_values import PresentRow, PresentValue, item_name
from documents.domain.checks.sub_document_checks import check_values, failed_among, not_passed_among
from documents.domain.listed import listed_checks
from documents.domain.values import CheckResult
from documents.models import FieldValue, SubDocument
from documents.selectors.listed import entries_of
from documents.services.approving.identities import identity_check
from idp_project.core.reasons import Reason


@dataclass(frozen=True)
class Rechecked:
    """`results` are all checks as they are now; `changed` are the values of which checks say something else now."""

    results: tuple[CheckResult, ...]
    changed: tuple[FieldValue, ...]

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        return failed_among(self.results)

    @property
    def not_passed(self) -> tuple[CheckResult, ...]:
        """Those that failed or lacked something."""
        return not_passed_among(self.results)


def sub_document_check(sub_document: SubDocument, *, is_final: bool = False) -> Rechecked:
    """Computes and stores all checks of a sub-document. Call it after every change of a value, in its transaction. With
    `is_final`, before an approval, it locks the identity keys, so that the later of two duplicates sees the earlier.

    The caller holds the sub-document's row under lock and has read it since. Then of two corrections at once the second
    sees the first one's value.
    """
    values = _values(sub_document)
    before = {value.id: _said_of(value) for value in values}
    version = sub_document.schema_version
    results: tuple[CheckResult, ...] = ()
    if version:
        spec, present = version.spec, _present(values)
        results = check_values(spec, *present, sub_document.printed_adjustments)
        results += listed_checks(spec, *present, entries_of(sub_document.organization_id, spec.locale))
    results += identity_check(sub_document, _plain_values(values), is_final=is_final)
    checks = [result.to_dict() for result in results]
    if checks != sub_document.checks:
        sub_document.checks = checks
        sub_document.save(update_fields=["checks"])
    changed = tuple(value for value in values if _said_of(value) != before[value.id])
    return Rechecked(results, changed)


def _said_of(value: FieldValue) -> tuple[list[Reason], list[Reason]]:
    return value.failed_reasons, value.check_notes


def _plain_values(values: Iterable[FieldValue]) -> dict[str, str]:
    """Of the fields with one value."""
    return {value.name: value.value for value in values if value.value and not value.item and not value.table_row_id}


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
