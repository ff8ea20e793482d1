"""Invoices with values of the header and with lines: what of both is read right. Documents of one content count once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

from rapidfuzz import fuzz

from benchmarks.quality.reading import ReadPage
from benchmarks.quality.schemas import LIBRARY
from benchmarks.quality.scoring import Tally, is_same_name, is_same_value
from benchmarks.quality.steps import SubDocument, process
from documents.domain.numbers import to_decimal

HEADER = {
    "invoice_number": "invoice_number",
    "order_number": "order_number",
    "issue_date": "invoice_date",
    "due_date": "due_date",
    "seller_name": "seller_name",
    "buyer_name": "buyer_name",
    "iban": "iban",
    "seller_vat_id": "vat_number",
    "net_total": "net_amount",
    "tax_total": "tax_amount",
    "grand_total": "total_amount",
    "currency": "currency",
}  # the label's name → the field's in the product's schema of invoices
LINE = {"description": "description", "quantity": "quantity", "unit_price": "unit_price", "line_total": "amount"}
_NAMES = frozenset({"seller_name", "buyer_name"})
_CENT = Decimal("0.01")
_ALIKE = 80.0  # per cent of the letters of a description

Cells = Mapping[str, str]


def judge_invoice(pages: Sequence[ReadPage], labels: Mapping[str, Any]) -> dict[str, Tally]:
    """The header by field and together, and the lines. What is not printed is not asked for."""
    parts = process(pages, (LIBRARY["invoice"],))
    hidden = labels["xml_only"]["fields"]
    wanted = {name: value for name, value in labels["fields"].items() if name in HEADER and name not in hidden}
    tallies = {name: _field(parts, name, value) for name, value in wanted.items()}
    tallies["header"] = together(tallies.values())
    if labels["lines"]:
        found = [cells for part in parts for cells in cells_of(part)]
        tallies["rows"] = judge_rows(found, _lines(labels), is_complete=labels["lines_complete"])
    return tallies


def together(tallies: Any) -> Tally:
    """The sum of several tallies of one document."""
    counts = [(tally.right, tally.given, tally.labelled) for tally in tallies]
    return Tally(*(sum(column) for column in zip(*counts, strict=True)))


def _field(parts: Sequence[SubDocument], name: str, wanted: str) -> Tally:
    chosen = next((part.fields[HEADER[name]] for part in parts if HEADER[name] in part.fields), None)
    if chosen is None:
        return Tally(0, 0, 1)
    is_right = is_same_value(chosen.value, chosen.raw_text, wanted)
    if name in _NAMES:
        is_right = is_right or is_same_name(chosen.value, wanted)
    return Tally(int(is_right), 1, 1)


def cells_of(part: SubDocument) -> list[Cells]:
    """The values of each row of the sub-document's tables by column."""
    chosen = ([(cell.field, cell.chosen) for cell in row.cells if cell.chosen] for row in part.rows)
    return [{name: candidate.value or candidate.raw_text for name, candidate in row} for row in chosen]


def _lines(labels: Mapping[str, Any]) -> list[Cells]:
    """The printed values of the labelled lines, under the names of the product's columns."""
    hidden = {line["i"]: line.keys() for line in labels["xml_only"]["lines"]}
    return [
        {LINE[name]: value for name, value in line.items() if name in LINE and name not in hidden.get(line["i"], ())}
        for line in labels["lines"]
    ]


def judge_rows(found: Sequence[Cells], wanted: Sequence[Cells], *, is_complete: bool) -> Tally:
    """Cells of rows that belong together, by their amount and description. Surplus rows count only where all are labelled."""
    pairs = sorted(
        ((_likeness(found[mine], wanted[theirs]), mine, theirs) for mine, theirs in _all(found, wanted)), reverse=True
    )
    partner: dict[int, int] = {}
    for likeness, mine, theirs in pairs:
        if likeness > 0 and mine not in partner.values() and theirs not in partner:
            partner[theirs] = mine
    right = given = labelled = 0
    for number, line in enumerate(wanted):
        mine = found[partner[number]] if number in partner else {}
        right += sum(is_same_cell(name, mine.get(name), value) for name, value in line.items())
        given += sum(name in mine for name in line)
        labelled += len(line)
    if is_complete:
        surplus = (row for number, row in enumerate(found) if number not in partner.values())
        given += sum(name in LINE.values() for row in surplus for name in row)
    return Tally(right, given, labelled)


def _all(found: Sequence[Cells], wanted: Sequence[Cells]) -> Any:
    return product(range(len(found)), range(len(wanted)))


def _likeness(mine: Cells, theirs: Cells) -> float:
    amount = 2.0 * ("amount" in theirs and is_same_cell("amount", mine.get("amount"), theirs["amount"]))
    text = fuzz.partial_ratio(mine.get("description", "").casefold(), theirs.get("description", "").casefold()) / 100
    return amount + (text if text > 0.6 else 0.0)


def is_same_cell(name: str, value: str | None, wanted: str) -> bool:
    """Numbers as numbers; a description where its letters are alike, or where the label is a part of it."""
    if value is None:
        return False
    if name == "description":
        mine, theirs = (" ".join(text.casefold().split()) for text in (value, wanted))
        return theirs in mine or fuzz.ratio(mine, theirs) >= _ALIKE
    number, expected = to_decimal(value), to_decimal(wanted)
    return number is not None and expected is not None and abs(number - expected) < _CENT
