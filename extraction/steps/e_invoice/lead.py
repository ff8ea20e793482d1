"""The XML of an electronic invoice leads: what it states goes before what was read; and what that is worth as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from documents.domain.adjustments import Adjustment, AdjustmentKind
from documents.domain.document_kinds import decide_kinds
from documents.domain.e_invoice.model import Adjustment as StatedAdjustment
from documents.domain.e_invoice.model import EInvoice
from documents.domain.e_invoice_fields import AGREES, ALONE, DEVIATES, ENGINE, UNPRINTED, decimal_text
from documents.domain.e_invoice_kinds import contradicting_titles
from documents.domain.e_invoice_reasons import KIND_NOT_IN_XML, XML_DEVIATES, XML_NOT_PRINTED
from documents.domain.earned.strata import Stratum
from documents.domain.identity_reasons import KIND_WORDS
from documents.domain.schema_spec import FieldSpec, SchemaSpec
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from extraction.context import SubDocumentContext
from extraction.results import MergeResult
from extraction.steps.e_invoice.fields import Scene, field_as_stated
from extraction.steps.e_invoice.rows import table_as_stated
from extraction.steps.kind_signs import with_signs_of_kind
from idp_project.core.reasons import Reason

_CONFIDENCE = {
    AGREES: 0.999,
    ALONE: 0.995,
    UNPRINTED: 0.99,
    DEVIATES: 0.4,
}  # ALONE: nothing was read, nothing confirms it


def with_leading(context: SubDocumentContext, merged: MergeResult) -> MergeResult:
    """The merged values with those that the XML states in their place. As they are where no electronic invoice leads."""
    if context.leading is None or context.schema is None:
        return merged
    schema, scene = context.schema, Scene(context.leading, context.first_page, context.schema.locale)
    fields = [
        field
        for spec in schema.fields
        for field in field_as_stated([each for each in merged.fields if each.field == spec.name], spec, scene)
    ]
    rows: list[MergedRow] = []
    for table in schema.tables:
        found, doubts = table_as_stated([row for row in merged.rows if row.table == table.name], table, scene)
        rows += [replace(row, doubts=(*row.doubts, *doubts)) if row is found[-1] else row for row in found]
    signed_fields, signed_rows = with_signs_of_kind(fields, rows, schema, context.kinds)
    stated = tuple(_adjustments(context.leading.invoice, context.first_page))
    return replace(
        merged, fields=tuple(signed_fields), rows=tuple(signed_rows), adjustments=stated or merged.adjustments
    )


def _adjustments(invoice: EInvoice, page: int) -> Iterator[Adjustment]:
    """What the XML adds to sums and takes off them; of a line, only for its own product."""
    for one in invoice.adjustments:
        yield from _adjustment(one, page)
    for number, line in enumerate((line for line in invoice.lines if line.counts), start=1):
        for one in line.adjustments:
            yield from _adjustment(one, page, number)
    sums = {AdjustmentKind.PREPAID: invoice.totals.prepaid, AdjustmentKind.ROUNDING: invoice.totals.rounding}
    for kind, amount in sums.items():
        if amount and amount.value:
            yield Adjustment(
                kind, "BT-113" if kind is AdjustmentKind.PREPAID else "BT-114", _text(amount.value), page, ()
            )


def _adjustment(one: StatedAdjustment, page: int, row: int = 0) -> Iterator[Adjustment]:
    if one.amount and one.amount.value:
        kind = AdjustmentKind.SURCHARGE if one.is_charge else AdjustmentKind.DISCOUNT
        yield Adjustment(kind, one.reason.value if one.reason else kind.value, _text(one.amount.value), page, (), row)


def _text(value: Decimal) -> str:
    return decimal_text(value, is_amount=True)


def is_stated(field: MergedField) -> bool:
    """Whether the XML states its value."""
    return field.chosen is not None and field.chosen.provenance.engine == ENGINE


def judge_stated(candidates: Sequence[FieldCandidate], spec: FieldSpec) -> tuple[float, list[Reason]]:
    """Confidence 0..1 of a stated value, and why a person should look. A failed check of it speaks for itself."""
    chosen = candidates[0]
    evidence = chosen.evidence
    said = {"label": spec.label, "stated": chosen.value or chosen.raw_text, "term": spec.from_e_invoice}
    confidence = next((number for name, number in _CONFIDENCE.items() if evidence.get(name)), _CONFIDENCE[ALONE])
    if evidence.get(DEVIATES) and len(candidates) > 1:
        other = candidates[1]
        return confidence, [XML_DEVIATES(**said, page=other.provenance.page_number, printed=other.raw_text)]
    if evidence.get(UNPRINTED) and spec.is_required:
        return _CONFIDENCE[DEVIATES], [XML_NOT_PRINTED(**said)]
    return confidence, []


def kind_deviations(context: SubDocumentContext) -> list[Reason]:
    """Titles on the pages that the type code of the XML does not mean."""
    if context.leading is None or context.leading.is_whole_file:
        return []
    invoice = context.leading.invoice
    code = invoice.header.type_code.value if invoice.header.type_code else "–"
    printed = decide_kinds([page.kinds for page in context.pages if not page.failure])
    return [
        KIND_NOT_IN_XML(page=item.page, word=item.word, kind=KIND_WORDS[item.code], type_code=code)
        for item in contradicting_titles(invoice, printed)
    ]


def stratum_of_e_invoice(
    context: SubDocumentContext, fields: Sequence[MergedField], rows: Sequence[MergedRow]
) -> Stratum | None:
    """Of a sub-document that an XML leads without a deviation: the XML alone, or XML and page that agree. A page agrees if it
    prints every value that the type requires and the XML states; what is printed nowhere does not count."""
    if context.leading is None or context.schema is None:
        return None
    if context.leading.is_whole_file:
        return Stratum.E_INVOICE_ALONE
    stated = [field for field in fields if is_stated(field)]
    cells = [cell for row in rows for cell in row.cells if is_stated(cell)]
    if any(each.chosen and each.chosen.evidence.get(DEVIATES) for each in (*stated, *cells)):
        return None
    required = _required(context.schema)
    agreeing = {field.field for field in stated if field.chosen and field.chosen.evidence.get(AGREES)}
    is_enough = bool(required) and required & {field.field for field in stated} <= agreeing and bool(agreeing)
    return Stratum.E_INVOICE_AGREES if is_enough else None


def _required(schema: SchemaSpec) -> set[str]:
    return {spec.name for spec in schema.fields if spec.is_required and spec.from_e_invoice}
