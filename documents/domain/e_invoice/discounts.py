"""Cash discounts as XRechnung writes them into the payment terms: `#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=…#` (BR-DE-18)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from documents.domain.e_invoice.model import CashDiscount, Text

_LINE = re.compile(
    r"#(SKONTO|VERZUG)#TAGE=(\d{1,3})#PROZENT=(\d{1,3}(?:\.\d{1,2})?)(?:#BASISBETRAG=(-?\d+(?:\.\d{1,2})?))?#",
    re.IGNORECASE,
)


def discounts_in(text: Text) -> Iterator[CashDiscount]:
    """One for each line of that form, in their order."""
    for match in _LINE.finditer(text.value):
        word, days, percent, base = match.groups()
        yield CashDiscount(
            int(days),
            Decimal(percent),
            match.group(0),
            text.path,
            Decimal(base) if base else None,
            is_interest=word.upper() == "VERZUG",
        )
