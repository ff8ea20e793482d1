"""What to write to the supplier of a faulty electronic invoice: a draft that people send, in German or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from documents.domain.e_invoice.model import EInvoice
from documents.domain.e_invoice.rule_words import sentence

_GERMAN = frozenset({"DE", "AT", "LI", "LU", "CH"})
_MOST = 20
_DE = {
    "subject": "Betreff: Ihre elektronische Rechnung {number} vom {day}",
    "opening": "Guten Tag,\n\nIhre elektronische Rechnung {number} vom {day} können wir so nicht annehmen:",
    "rule": "– Regel {rule}: {text}",
    "deviation": "– {label}: Das XML nennt „{stated}“, auf der Rechnung steht „{printed}“.",
    "closing": "Bitte senden Sie uns eine berichtigte Rechnung.\n\nMit freundlichen Grüßen",
}
_EN = {
    "subject": "Subject: Your electronic invoice {number} of {day}",
    "opening": "Hello,\n\nwe cannot accept your electronic invoice {number} of {day} as it is:",
    "rule": "– Rule {rule}: {text}",
    "deviation": "– {label}: the XML states “{stated}”, the invoice prints “{printed}”.",
    "closing": "Please send us a corrected invoice.\n\nKind regards",
}


def letter_to_supplier(
    invoice: EInvoice | None,
    *,
    broken: Sequence[Mapping[str, Any]] = (),
    deviations: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Empty where nothing is wrong. `broken` rules have `rule` and `text`, `deviations` label, stated and printed. Each rule
    is listed once, in words."""
    if not broken and not deviations:
        return ""
    is_german = _is_german(invoice)
    words = _DE if is_german else _EN
    header = invoice.header if invoice else None
    number = header.number.value if header and header.number else "–"
    day = header.issue_date.value.isoformat() if header and header.issue_date else "–"
    named = {"number": number, "day": day}
    said = {(one["rule"], sentence(one["rule"], one["text"], "de" if is_german else "en")): None for one in broken}
    lines = [words["rule"].format(rule=rule, text=text) for rule, text in said]
    lines += [
        words["deviation"].format(label=one["label"], stated=one["stated"], printed=one["printed"] or "–")
        for one in deviations
        if one["label"]
    ]
    shown = [*lines[:_MOST], *(["– …"] if len(lines) > _MOST else [])]
    return "\n".join(
        [words["subject"].format(**named), "", words["opening"].format(**named), "", *shown, "", words["closing"]]
    )


def _is_german(invoice: EInvoice | None) -> bool:
    country = invoice.seller.address.country if invoice else None
    return country is None or country.value.upper() in _GERMAN
