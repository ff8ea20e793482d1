"""Invoices of one sender that prints its numbers under words of its own, as many firms do: what a memory of senders is for."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from idp_project.operations.samples.drawing.paper import Paper
from idp_project.operations.samples.generator import Sample

SELLER = "Kestrel Marine Chandlers Ltd"
_BUYER = "Harrowmere Council"
_GOODS = (
    "Galvanised chain 10 mm",
    "Bow shackles",
    "Mooring line 14 mm",
    "Fenders, large",
    "Deck paint, grey",
    "Anchor swivel",
)
_FIRST_DAY = date(2026, 1, 12)
_VAT = Decimal("0.20")
_LEFT, _TAB, _SECOND, _SECOND_TAB, _RIGHT = 20.0, 50.0, 110.0, 142.0, 190.0


def house_invoice(number: int) -> Sample:
    """The invoice of that number, counted from 1; the same number gives the same file.

    Its own number stands under "Our sign", its day under "Raised", beside a yard job and a day of delivery; what is to be paid
    under "To be settled", below a total without tax.
    """
    chance = random.Random(f"house:{number}")
    goods = [
        (name, chance.randint(1, 12), Decimal(chance.randint(450, 9900)) / 100) for name in chance.sample(_GOODS, 3)
    ]
    raised = _FIRST_DAY + timedelta(days=9 * number + chance.randint(0, 3))
    own = f"KM-{40200 + 37 * number + chance.randint(0, 9)}"
    net = sum((count * price for _, count, price in goods), Decimal(0))
    tax = (net * _VAT).quantize(Decimal("0.01"))
    paper = _head(own, raised, f"{7700 + chance.randint(10, 99)}-B", raised - timedelta(days=chance.randint(5, 20)))
    _table(paper, goods, 104.0)
    _sums(paper, [("Total", net), ("Twenty per cent", tax), ("To be settled", net + tax)], 150.0)
    fields = {
        "invoice_number": own,
        "invoice_date": raised.isoformat(),
        "seller_name": SELLER,
        "buyer_name": _BUYER,
        "net_amount": f"{net:.2f}",
        "tax_amount": f"{tax:.2f}",
        "total_amount": f"{net + tax:.2f}",
    }
    truth = {"type": "invoice", "first_page": 1, "last_page": 1, "fields": fields, "tables": {}}
    return Sample(f"house-invoice-{number:04d}.pdf", paper.finish().content, {"sub_documents": [truth]})


def _head(own: str, raised: date, job: str, delivered: date) -> Paper:
    paper = Paper("A4", "libre-franklin", raised, "Chandlery")
    paper.add_page()
    paper.use(15, bold=True)
    paper.put(_LEFT, 18, SELLER)
    paper.use(9)
    paper.put(_LEFT, 26, "Quay Street 4, Penryn TR10 8FG")
    paper.put(_LEFT, 31, "Chandlery and repairs since 1961")
    paper.use(11)
    paper.put(_LEFT, 48, "Bill to")
    paper.put(_LEFT, 54, _BUYER)
    for row, (left, right) in enumerate(
        (
            (("Yard job", job), ("Our sign", own)),
            (("Delivered", f"{delivered:%d %b %Y}"), ("Raised", f"{raised:%d %b %Y}")),
        )
    ):
        top = 74 + 7 * row
        paper.put(_LEFT, top, left[0])
        paper.put(_TAB, top, left[1])
        paper.put(_SECOND, top, right[0])
        paper.put(_SECOND_TAB, top, right[1])
    return paper


def _table(paper: Paper, goods: list[tuple[str, int, Decimal]], top: float) -> None:
    paper.use(10, bold=True)
    for left, text in ((_LEFT, "Description"), (_SECOND, "Quantity")):
        paper.put(left, top, text)
    paper.put_right(160, top, "Unit price")
    paper.put_right(_RIGHT, top, "Amount")
    paper.use(10)
    for row, (name, count, price) in enumerate(goods, start=1):
        paper.put(_LEFT, top + 7 * row, name)
        paper.put(_SECOND, top + 7 * row, str(count))
        paper.put_right(160, top + 7 * row, f"{price:,.2f}")
        paper.put_right(_RIGHT, top + 7 * row, f"{count * price:,.2f}")


def _sums(paper: Paper, sums: list[tuple[str, Decimal]], top: float) -> None:
    paper.use(11)
    for row, (label, amount) in enumerate(sums):
        paper.put(_SECOND, top + 7 * row, label)
        paper.put_right(_RIGHT, top + 7 * row, f"{amount:,.2f}")
    paper.put(_LEFT, top + 30, "VAT invoice. Please quote our sign when you pay, within thirty days.")
