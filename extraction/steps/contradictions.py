"""Where a document contradicts itself although every check passes: another total under such a label, parties that changed
places. A person decides then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from documents.domain.adjustments import Adjustment, explain_difference
from documents.domain.field_roles import role_in, role_of
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import FieldType, SchemaSpec
from documents.domain.sum_reasons import OTHER_TOTAL, PARTIES_UNSURE
from documents.domain.values import FieldCandidate, MergedField
from extraction.context import SubDocumentContext
from extraction.steps.ownership import shared_area
from idp_project.core.reasons import Reason

_AT_LABEL = 0.75  # strength of a label in the line
_OTHER_LABEL = 0.3  # strength of somebody else's label, from which an amount is that one's
_NAMED = 0.5  # strength of a label that says who a party is
_SAME_PLACE = 0.6  # of the smaller box
_TOLERANCE = Decimal("0.05")


def contradictions(context: SubDocumentContext) -> Iterator[Reason]:
    """Reasons of the document, beside those of its values and checks; none for an unknown type."""
    if context.schema is None:
        return
    for field in context.fields:
        spec = context.schema.field_named(field.field)
        is_total = spec.type is FieldType.AMOUNT and role_of(spec, context.words) is Role.TOTAL
        if is_total and not field.item and field.chosen:
            others = _other_totals(field, context.fields, context.adjustments)
            yield from (OTHER_TOTAL(label=spec.label, other=other.raw_text) for other in others)
    yield from _changed_parties(context, context.schema)


def _other_totals(
    field: MergedField, fields: Sequence[MergedField], adjustments: Sequence[Adjustment]
) -> Iterator[FieldCandidate]:
    """Amounts of the same page at a label of the total that are no other field's, and that printed adjustments do not lead
    to: "Total 120.00, paid before 20.00, amount due 100.00" is one story."""
    chosen = field.candidates[0]
    total = to_decimal(chosen.value)
    taken = [other.chosen for other in fields if other.chosen and other is not field]
    for other in field.candidates[1:]:
        amount = to_decimal(other.value)
        if total is None or amount is None or not _is_at_label(other) or not _is_elsewhere(other, [chosen, *taken]):
            continue
        gap = amount - total
        told = any(explain_difference(each, adjustments, _TOLERANCE) for each in (gap, -gap))
        if other.provenance.page_number == chosen.provenance.page_number and abs(gap) > _TOLERANCE and not told:
            yield other


def _is_at_label(candidate: FieldCandidate) -> bool:
    known = candidate.evidence
    return known.get("label_right", 0.0) >= _AT_LABEL and known.get("other_label", 0.0) < _OTHER_LABEL


def _is_elsewhere(candidate: FieldCandidate, others: Sequence[FieldCandidate]) -> bool:
    place = candidate.provenance
    return place.polygon is not None and not any(
        other.provenance.polygon is not None
        and other.provenance.page_number == place.page_number
        and shared_area(place.polygon.bounding_box, other.provenance.polygon.bounding_box) >= _SAME_PLACE
        for other in others
    )


def _changed_parties(context: SubDocumentContext, schema: SchemaSpec) -> Iterator[Reason]:
    """The recipient's name stands at the top, where the issuer's stands, and the issuer's only at a label: numbers of the
    letter's foot may be the recipient's then."""
    parties = {
        role_in(schema, spec, context.words): field
        for field in context.fields
        if (spec := schema.field_named(field.field)).type is FieldType.NAME and field.chosen
    }
    issuer, recipient = parties.get(Role.ISSUER), parties.get(Role.RECIPIENT)
    first = next((page for page in context.pages if page.number == context.first_page), None)
    if issuer is None or recipient is None or first is None or not first.head:
        return
    head, merge_key = field_type(FieldType.NAME).merge_key(first.head), field_type(FieldType.NAME).merge_key
    one, other = (merge_key(_text(field.candidates[0])) for field in (issuer, recipient))
    is_named = issuer.candidates[0].evidence.get("label", 0.0) >= _NAMED
    if is_named and one and other and other in head and one not in head:
        yield PARTIES_UNSURE(recipient=_text(recipient.candidates[0]), issuer=_text(issuer.candidates[0]))


def _text(candidate: FieldCandidate) -> str:
    return candidate.value or candidate.raw_text
