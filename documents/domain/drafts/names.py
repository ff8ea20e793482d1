"""Names for programs, made of what is printed or of what other programs call it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST_NAME = 60
_LETTERS = str.maketrans(
    {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "o", "ł": "l", "№": "no"}
)


def name_for(text: str, taken: Collection[str] = (), *, fallback: str = "field") -> str:
    """`invoice_number` of "Invoice number:" or `invoiceNumber`; numbered where that is taken."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).translate(_LETTERS)
    ascii_text = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", ascii_text).strip("_")[: LONGEST_NAME - 4].strip("_")
    if not name:
        name = fallback
    elif not name[0].isalpha():
        name = f"{fallback}_{name}"[: LONGEST_NAME - 4]
    numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbered if one not in taken)
