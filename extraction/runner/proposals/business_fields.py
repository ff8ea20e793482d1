"""What nearly every business document has, found by the built-in extractor with the words of its languages: who wrote it and to
whom, its dates, its sums. It has no printed label often enough to be missed otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from documents.domain.field_types.roles import Role
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.words import Words
from extraction.local.extractor import rank_page, read_page
from extraction.local.page_view import PageView
from extraction.runner.proposals.sightings import COMMON, Sighting
from idp_project.core.translation import gettext_noop as _

_LEAST = 0.3  # score of a candidate: as in `ownership`, below it the best of nothing is nothing
_MOST_LABELS = 40


@dataclass(frozen=True)
class CommonField:
    """`name` says the role to the extractor; `label` is what a proposal is called where nothing is printed."""

    name: str
    type: FieldType
    role: Role
    label: str
    groups: tuple[str, ...]


COMMON_FIELDS = (
    CommonField("seller_name", FieldType.NAME, Role.ISSUER, _("Seller"), ("issuer_label",)),
    CommonField("seller_address", FieldType.ADDRESS, Role.ISSUER_ADDRESS, _("Address of the seller"), ()),
    CommonField("buyer_name", FieldType.NAME, Role.RECIPIENT, _("Buyer"), ("recipient_label",)),
    CommonField("buyer_address", FieldType.ADDRESS, Role.RECIPIENT_ADDRESS, _("Address of the buyer"), ()),
    CommonField("date", FieldType.DATE, Role.ISSUE_DATE, _("Date"), ("issue_date",)),
    CommonField("due_date", FieldType.DATE, Role.DUE_DATE, _("Due date"), ("due_date",)),
    CommonField("total", FieldType.AMOUNT, Role.TOTAL, _("Total"), ("total",)),
    CommonField("net_total", FieldType.AMOUNT, Role.SUBTOTAL, _("Net total"), ("subtotal",)),
    CommonField("tax_total", FieldType.AMOUNT, Role.TAX, _("Tax"), ("tax",)),
    CommonField("currency", FieldType.CURRENCY, Role.OTHER, _("Currency"), ()),
)
LABEL_OF_ROLE = {one.role: one.label for one in COMMON_FIELDS if one.role is not Role.OTHER}
NAME_OF_ROLE = {one.role: one.name for one in COMMON_FIELDS if one.role is not Role.OTHER}


@lru_cache(maxsize=32)
def _schema(locale: str, words: Words) -> SchemaSpec:
    fields = []
    for one in COMMON_FIELDS:
        phrases = tuple(dict.fromkeys(words.of(one.groups)))[:_MOST_LABELS]
        label, *aliases = phrases or (one.name.replace("_", " "),)
        fields.append(FieldSpec(one.name, one.type, label, tuple(aliases)))
    return SchemaSpec("", "", "", tuple(fields), locale=locale)


def common_sightings(view: PageView, number: int, locale: str) -> Iterator[Sighting]:
    """The best candidate for each of the common fields on the page, where something speaks for it."""
    schema = _schema(locale, view.words)
    seen: set[str] = set()
    for candidate in rank_page(read_page(view, schema, number), schema):
        if candidate.field in seen:
            continue
        seen.add(candidate.field)
        polygon = candidate.provenance.polygon
        if candidate.score < _LEAST or polygon is None or candidate.value is None:
            continue
        one = next(each for each in COMMON_FIELDS if each.name == candidate.field)
        box = polygon.bounding_box
        yield Sighting(
            "",
            None,
            candidate.raw_text,
            candidate.value,
            one.type,
            number,
            (round(box.left, 4), round(box.top, 4), round(box.right, 4), round(box.bottom, 4)),
            round(0.4 + 0.5 * candidate.score, 4),
            COMMON,
            role=one.role if one.role is not Role.OTHER else None,
        )
