"""The readable page of an electronic invoice that is only XML: German and English, each value with the number of its term.

Every value that the XML states is on it, the values as they are written in the XML, so that a citation leads to what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.domain.e_invoice.model import EInvoice, InvoiceKind
from documents.domain.e_invoice.terms import TERM_NAMES, Leaf, leaves
from idp_project.core.readers.message_pdf import Section

_TITLES = {
    InvoiceKind.INVOICE: "Rechnung / Invoice",
    InvoiceKind.CREDIT_NOTE: "Rechnungskorrektur (Gutschrift) / Credit note",
    InvoiceKind.CORRECTION: "Korrekturrechnung / Corrected invoice",
    InvoiceKind.SELF_BILLED: "Gutschrift im Abrechnungsverfahren / Self-billed invoice",
    InvoiceKind.ORDER: "Bestellung / Purchase order",
    InvoiceKind.INFORMATION: "Buchungsinformation / Invoice information",
}
_NOTE = (
    "Lesbare Ansicht einer elektronischen Rechnung; das XML ist das Original. BT-Nummern nach EN 16931. / "
    "Readable view of an electronic invoice; the XML is the original. BT numbers of EN 16931."
)
_LINES = "Positionen / Invoice lines"
_HEADINGS: Sequence[tuple[str, frozenset[int]]] = (
    ("Kopf / Header", frozenset({*range(1, 10), 21, 22, 23, 24})),
    ("Bezüge / References", frozenset({*range(10, 20), 25, 26})),
    ("Verkäufer / Seller", frozenset({*range(27, 44), 162})),
    ("Käufer / Buyer", frozenset({*range(44, 59), 163})),
    ("Zahlungsempfänger / Payee", frozenset(range(59, 62))),
    ("Steuervertreter / Tax representative", frozenset({*range(62, 70), 164})),
    ("Lieferung / Delivery", frozenset({*range(70, 81), 165})),
    (_LINES, frozenset(range(126, 162))),
    ("Nachlässe und Zuschläge / Allowances and charges", frozenset(range(92, 106))),
    ("Summen / Totals", frozenset(range(106, 116))),
    ("Umsatzsteuer / VAT breakdown", frozenset(range(116, 122))),
    ("Zahlung / Payment", frozenset({20, *range(81, 92)})),
    ("Weitere Unterlagen / Supporting documents", frozenset(range(122, 126))),
)
_REST = "Weitere Angaben / Further values"
_HEADS = {
    "BT-126": "Pos. / No. (BT-126)",
    "BT-153": "Bezeichnung / Item (BT-153)",
    "BT-129": "Menge / Quantity (BT-129)",
    "BT-130": "Einheit / Unit (BT-130)",
    "BT-146": "Preis / Price (BT-146)",
    "BT-152": "USt % / VAT % (BT-152)",
    "BT-131": "Netto / Net (BT-131)",
}
_COLUMNS = tuple(_HEADS)


def title_of(invoice: EInvoice) -> tuple[str, str]:
    """The title with the invoice's number, and the note below it."""
    number = f" {invoice.header.number.value}" if invoice.header.number else ""
    return f"{_TITLES[invoice.kind]}{number}", _NOTE


def sections_of(invoice: EInvoice) -> list[Section]:
    """Everything that the XML states, by the groups of EN 16931; groups without a value are left out."""
    by_heading: dict[str, list[Leaf]] = {}
    for leaf in leaves(invoice):
        by_heading.setdefault(_heading_of(leaf), []).append(leaf)
    order = [*(heading for heading, _ in _HEADINGS), _REST]
    found: list[Section] = []
    for heading in (each for each in order if each in by_heading):
        if heading == _LINES:
            found += _sections_of_lines(by_heading[heading])
        else:
            found.append(Section(heading, [(_label(leaf), leaf.raw or leaf.value) for leaf in by_heading[heading]]))
    return found


def _heading_of(leaf: Leaf) -> str:
    match = re.match(r"BT-(\d+)", leaf.bt)
    number = int(match[1]) if match else 0
    return next((heading for heading, numbers in _HEADINGS if number in numbers), _REST)


def _label(leaf: Leaf) -> str:
    names = TERM_NAMES.get(leaf.bt)
    named = f"{names.de} / {names.en} ({leaf.bt})" if names else f"({leaf.bt})"
    return f"{leaf.row + 1}. {named}" if leaf.row is not None else named


def _sections_of_lines(found: Sequence[Leaf]) -> Iterator[Section]:
    """The table of lines, then what else single lines state."""
    by_row: dict[int, list[Leaf]] = {}
    for leaf in found:
        by_row.setdefault(leaf.row or 0, []).append(leaf)
    rows = [[_HEADS[column] for column in _COLUMNS]]
    rest = []
    for row in sorted(by_row):
        first = {leaf.bt: leaf.raw or leaf.value for leaf in reversed(by_row[row])}
        rows.append([first.get(column, "") for column in _COLUMNS])
        rest += [(_label(leaf), leaf.raw or leaf.value) for leaf in by_row[row] if leaf.bt not in _COLUMNS]
    yield Section(_LINES, table=rows)
    if rest:
        yield Section("Weiteres zu den Positionen / More on the lines", rest)
