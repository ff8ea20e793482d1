"""Which value of an electronic invoice a field or column of a document type is: by the term of EN 16931 that the type names.

Terms of the whole are fields, those of a group (lines, VAT breakdown, payment means …) the columns of a table. What EN 16931
has no term of its own for stands behind a stroke: "BT-20/percent" is the percentage of a cash discount in the payment terms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from documents.domain.e_invoice.model import Adjustment, CashDiscount, EInvoice, Line, Sourced
from documents.domain.schema_spec import FieldSpec, FieldType, TableSpec

ENGINE = "e_invoice"  # of values that an electronic invoice states, in provenances
# What comparing a stated value with the pages gave, in the evidence of its candidate:
AGREES, DEVIATES, UNPRINTED, ALONE = "agrees", "deviates", "unprinted", "alone"

_Many = Iterable[Sourced[Any] | None]
_NUMBERS = frozenset({FieldType.AMOUNT, FieldType.NUMBER, FieldType.PERCENTAGE})
_CENT = Decimal("0.01")
_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?")
_UNSPACED = frozenset({FieldType.IBAN, FieldType.VAT_NUMBER})


@dataclass(frozen=True)
class StatedValue:
    """A value as the XML states it: normalised like a field's value, the text itself, and its place in the XML.

    `undiscounted`: of a price or amount of a line, what a page prints that shows the discount on the price beside it; or "".
    """

    value: str
    raw_text: str
    path: str
    undiscounted: str = ""


HEADER: Mapping[str, Callable[[EInvoice], _Many]] = {
    "BT-1": lambda one: [one.header.number],
    "BT-2": lambda one: [one.header.issue_date],
    "BT-3": lambda one: [one.header.type_code],
    "BT-5": lambda one: [one.header.currency],
    "BT-7": lambda one: [one.header.tax_point_date],
    "BT-9": lambda one: [one.terms.due_date],
    "BT-10": lambda one: [one.references.buyer_reference],
    "BT-11": lambda one: [one.references.project],
    "BT-12": lambda one: [one.references.contract],
    "BT-13": lambda one: [one.references.purchase_order],
    "BT-14": lambda one: [one.references.sales_order],
    "BT-15": lambda one: [one.references.receiving_advice],
    "BT-16": lambda one: [one.references.despatch_advice],
    "BT-17": lambda one: [one.references.tender],
    "BT-18": lambda one: [one.references.invoiced_object],
    "BT-19": lambda one: [one.references.accounting],
    "BT-20": lambda one: [one.terms.text],
    "BT-22": lambda one: [note.text for note in one.header.notes],
    "BT-25": lambda one: [each.number for each in one.references.preceding_invoices],
    "BT-26": lambda one: [each.issue_date for each in one.references.preceding_invoices],
    "BT-27": lambda one: [one.seller.name],
    "BT-28": lambda one: [one.seller.trading_name],
    "BT-29": lambda one: one.seller.identifiers,
    "BT-30": lambda one: [one.seller.legal_id],
    "BT-31": lambda one: [one.seller.vat_id],
    "BT-32": lambda one: [one.seller.tax_number],
    "BT-34": lambda one: [one.seller.electronic_address],
    "BT-41": lambda one: [one.seller.contact.name],
    "BT-42": lambda one: [one.seller.contact.phone],
    "BT-43": lambda one: [one.seller.contact.email],
    "BT-44": lambda one: [one.buyer.name],
    "BT-46": lambda one: one.buyer.identifiers,
    "BT-48": lambda one: [one.buyer.vat_id],
    "BT-49": lambda one: [one.buyer.electronic_address],
    "BT-59": lambda one: [one.payee.name],
    "BT-62": lambda one: [one.tax_representative.name],
    "BT-63": lambda one: [one.tax_representative.vat_id],
    "BT-70": lambda one: [one.delivery.name],
    "BT-72": lambda one: [one.delivery.date],
    "BT-73": lambda one: [one.period.start],
    "BT-74": lambda one: [one.period.end],
    "BT-81": lambda one: [each.code for each in one.payment_means],
    "BT-83": lambda one: [one.terms.remittance],
    "BT-84": lambda one: [each.iban for each in one.payment_means],
    "BT-85": lambda one: [each.account_name for each in one.payment_means],
    "BT-86": lambda one: [each.bic for each in one.payment_means],
    "BT-89": lambda one: [one.terms.mandate],
    "BT-90": lambda one: [one.terms.creditor_id],
    "BT-91": lambda one: [each.debited_iban for each in one.payment_means],
    "BT-106": lambda one: [one.totals.lines],
    "BT-107": lambda one: [one.totals.allowances],
    "BT-108": lambda one: [one.totals.charges],
    "BT-109": lambda one: [one.totals.net],
    "BT-110": lambda one: [one.totals.vat],
    "BT-111": lambda one: [one.totals.vat_in_tax_currency],
    "BT-112": lambda one: [one.totals.gross],
    "BT-113": lambda one: [one.totals.prepaid],
    "BT-114": lambda one: [one.totals.rounding],
    "BT-115": lambda one: [one.totals.due],
}


@dataclass(frozen=True)
class Group:
    """The rows of a group of terms, and where each term stands in a row."""

    rows: Callable[[EInvoice], Sequence[Any]]
    terms: Mapping[str, Callable[[Any], Sourced[Any] | None]]


def _of_discount(name: str) -> Callable[[CashDiscount], Sourced[Any] | None]:
    def read(one: CashDiscount) -> Sourced[Any] | None:
        value = getattr(one, name)
        return None if value is None else Sourced(value, one.raw, one.path)

    return read


def _unit_price(line: Line) -> Sourced[Any] | None:
    """Of one unit, whatever quantity the price is stated for."""
    net, each = line.price.net, line.price.unit_price
    return Sourced(each, net.raw, net.path) if net and each is not None else None


def _gross_price(line: Line) -> Decimal | None:
    return line.price.gross_unit_price


def _gross_amount(line: Line) -> Decimal | None:
    price, quantity = line.price.gross_unit_price, line.quantity
    return (price * quantity.value).quantize(_CENT) if price is not None and quantity else None


_UNDISCOUNTED: Mapping[str, Callable[[Line], Decimal | None]] = {"BT-146": _gross_price, "BT-131": _gross_amount}


def _adjustment_terms(first: int) -> dict[str, Callable[[Adjustment], Sourced[Any] | None]]:
    """Allowances (BT-92 …) and charges (BT-99 …) have the same terms in the same order."""
    return {
        f"BT-{first}": lambda one: one.amount,
        f"BT-{first + 1}": lambda one: one.base,
        f"BT-{first + 2}": lambda one: one.percent,
        f"BT-{first + 3}": lambda one: one.vat.category,
        f"BT-{first + 4}": lambda one: one.vat.rate,
        f"BT-{first + 5}": lambda one: one.reason,
        f"BT-{first + 6}": lambda one: one.reason_code,
    }


GROUPS: Mapping[str, Group] = {
    "BG-16": Group(
        lambda one: one.payment_means,
        {
            "BT-81": lambda means: means.code,
            "BT-82": lambda means: means.text,
            "BT-84": lambda means: means.iban,
            "BT-85": lambda means: means.account_name,
            "BT-86": lambda means: means.bic,
            "BT-87": lambda means: means.card_number,
            "BT-91": lambda means: means.debited_iban,
        },
    ),
    "BT-20": Group(
        lambda one: [each for each in one.terms.discounts if not each.is_interest],
        {f"BT-20/{name}": _of_discount(name) for name in ("days", "percent", "base")},
    ),
    "BG-20": Group(lambda one: list(one.allowances), _adjustment_terms(92)),
    "BG-21": Group(lambda one: list(one.charges), _adjustment_terms(99)),
    "BG-23": Group(
        lambda one: one.vat_breakdown,
        {
            "BT-116": lambda one: one.basis,
            "BT-117": lambda one: one.amount,
            "BT-118": lambda one: one.vat.category,
            "BT-119": lambda one: one.vat.rate,
            "BT-120": lambda one: one.exemption_reason,
            "BT-121": lambda one: one.exemption_code,
        },
    ),
    "BG-25": Group(
        lambda one: one.lines,
        {
            "BT-126": lambda line: line.id,
            "BT-127": lambda line: line.note,
            "BT-128": lambda line: line.invoiced_object,
            "BT-129": lambda line: line.quantity,
            "BT-130": lambda line: line.unit,
            "BT-131": lambda line: line.net_amount,
            "BT-132": lambda line: line.order_line,
            "BT-133": lambda line: line.accounting,
            "BT-134": lambda line: line.period.start,
            "BT-135": lambda line: line.period.end,
            "BT-146": _unit_price,
            "BT-148": lambda line: line.price.gross,
            "BT-151": lambda line: line.vat.category,
            "BT-152": lambda line: line.vat.rate,
            "BT-153": lambda line: line.item.name,
            "BT-154": lambda line: line.item.description,
            "BT-155": lambda line: line.item.seller_id,
            "BT-156": lambda line: line.item.buyer_id,
            "BT-157": lambda line: line.item.standard_id,
            "BT-159": lambda line: line.item.origin,
        },
    ),
}


def term_names() -> list[str]:
    """Every term that a field can be, then those that a column can be; in the order of EN 16931."""
    return [*HEADER, *(term for group in GROUPS.values() for term in group.terms if term not in HEADER)]


KNOWN_TERMS = frozenset(term_names())


def values_of(invoice: EInvoice, spec: FieldSpec) -> list[StatedValue]:
    """What the invoice states as that field: of a field with one value the first."""
    read = HEADER.get(spec.from_e_invoice)
    found = [stated for each in (read(invoice) if read else ()) if (stated := _stated(each, spec))]
    return found if spec.is_list else found[:1]


def group_of(table: TableSpec) -> Group | None:
    """The group that has the terms of its columns; None where no column has a term of a group."""
    terms = {column.from_e_invoice for column in table.columns if column.from_e_invoice}
    fitting = (group for group in GROUPS.values() if terms and terms <= group.terms.keys())
    return next(fitting, None)


def rows_of(invoice: EInvoice, table: TableSpec) -> list[dict[str, StatedValue]]:
    """The rows of a table by the names of its columns; none for a table of another kind. Lines that only head a group of
    lines, or inform, do not count in the sums and are left out."""
    group = group_of(table)
    if group is None:
        return []
    rows = [row for row in group.rows(invoice) if not isinstance(row, Line) or row.counts]
    return [
        {
            column.name: stated
            for column in table.columns
            if column.from_e_invoice and (stated := _cell(row, group, column))
        }
        for row in rows
    ]


def _cell(row: Any, group: Group, column: FieldSpec) -> StatedValue | None:
    stated = _stated(group.terms[column.from_e_invoice](row), column)
    before = _UNDISCOUNTED.get(column.from_e_invoice) if isinstance(row, Line) else None
    gross = before(row) if before else None
    return stated if stated is None or gross is None else replace(stated, undiscounted=_normal(gross, column.type))


def _stated(found: Sourced[Any] | None, spec: FieldSpec) -> StatedValue | None:
    if found is None:
        return None
    value, raw = _normal(found.value, spec.type), found.raw.strip()
    return StatedValue(value, raw or value, found.path) if value else None


def _normal(value: Any, kind: FieldType) -> str:
    """In the notation of FieldType: no exponent, no zeros behind a whole number but those of cents."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | int):
        return decimal_text(Decimal(value), is_amount=kind is FieldType.AMOUNT)
    text = " ".join(str(value).split())
    if kind in _UNSPACED:
        return text.replace(" ", "").upper()
    if kind in _NUMBERS:  # "" for a position such as "A.1"; 1E9999999 would be as many zeros
        is_number = _PLAIN_NUMBER.fullmatch(text)
        return decimal_text(Decimal(text), is_amount=kind is FieldType.AMOUNT) if is_number else ""
    return text


def decimal_text(value: Decimal, *, is_amount: bool) -> str:
    """`1234.50` for an amount, `3` or `2.5` for another number."""
    plain = value.normalize() if value else Decimal(0)
    places = -int(plain.as_tuple().exponent)
    return f"{plain:.{max(places, 2 if is_amount else 0)}f}"
