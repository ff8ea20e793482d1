"""The hand-set weights of the ranking, a table a family of fields. A learned ranker replaces them, not the features."""

from __future__ import annotations

from typing import Final

BIAS: Final = "bias"


def _table(text: str) -> dict[str, float]:
    pairs = (entry.rsplit(maxsplit=1) for entry in text.split(",") if entry.strip())
    return {name.strip(): float(weight) for name, weight in pairs}


# "shaped" values have a shape of their own: IBAN, e-mail, phone, VAT number, currency.
WEIGHTS: Final[dict[str, dict[str, float]]] = {
    "total": _table(
        """
        bias -3.2, label_right 6.0, label_above 2.4, rounded 4.5, unrounded -3.5, odd_format -2.4,
        other_label -3.4, decimals 1.2, has_sign 0.5, largest 1.5, repeated 0.7, settled 1.9, size 0.8, low
        0.6, rightmost 0.5, is_base -3.0, is_zero -3.0, is_negative -2.5, reading 0.4, summary_below -3.5
        """
    ),
    "amount": _table(
        """
        bias -4.0, label_right 6.2, label_above 3.4, other_label -3.0, odd_format -1.5, summary_below -0.6,
        decimals 1.0, has_sign 0.3, rightmost 0.5, reading 0.4, is_negative -0.8, low 0.3, is_base -4.0
        """
    ),
    "number": _table(
        """
        bias -4.0, label_right 5.6, label_above 4.8, other_label -2.5, reading 0.4
        """
    ),
    "percentage": _table(
        """
        bias -4.0, label_right 5.6, label_above 4.8, other_label -2.5, has_sign 0.8, reading 0.4
        """
    ),
    "issue_date": _table(
        """
        bias -0.9, label_right 3.6, label_above 3.0, other_label -2.6, high 0.8, first 0.6, repeated 0.4,
        with_time 0.7, reading 0.3, only_one 0.8, far_year -2.5, in_title 2.6, cue 3.0
        """
    ),
    "date": _table(
        """
        bias -3.4, label_right 5.2, label_above 4.8, other_label -2.6, reading 0.3, far_year -1.5, own_side 2.6,
        other_side -5.0, cue 5.6
        """
    ),
    "issuer": _table(
        """
        bias -6.6, label_right 3.0, label_above 1.6, name_shape 2.0, top 2.2, first 0.5, company_suffix 2.4,
        business_words 1.2, size 0.9, capitals 0.9, above_address 1.2, other_label -2.5, reading 2.6, joined
        0.8, address_like -2.0, cue 5.0, variant -2.5
        """
    ),
    "name": _table(
        """
        bias -4.2, label_right 5.0, label_above 4.2, name_shape 1.2, company_suffix 0.5, other_label -1.5,
        address_like -1.0, cue 5.6, variant -2.5
        """
    ),
    "recipient": _table(
        """
        bias -4.2, label_right 5.0, label_above 4.2, name_shape 1.2, company_suffix 0.5, other_label -1.5,
        above_address 2.0, address_like -2.0, cue 5.0, variant -2.5
        """
    ),
    "issuer_address": _table(
        """
        bias -3.4, label_right 2.5, label_above 1.5, address_shape 2.8, lines 1.0, top 1.7, has_postcode
        0.9, other_label -2.6, first 0.9, full_run 0.7, reading 0.4, variant -2.0
        """
    ),
    "address": _table(
        """
        bias -4.0, label_right 4.4, label_above 4.4, address_shape 1.6, lines 0.6, has_postcode 0.5,
        other_label -1.0, variant -2.0
        """
    ),
    "identifier": _table(
        """
        bias -4.0, label_right 5.4, label_above 5.0, pattern 2.0, has_letters_and_digits 0.5, high 0.5,
        other_label -2.2, reading 0.3, numbered 0.9
        """
    ),
    "shaped": _table(
        """
        bias -0.9, label_right 2.8, label_above 1.4, check_digits 1.6, repeated 0.4, other_label -1.6, first
        0.7, reading 0.3, unanimous 3.4, bare_digits -2.2
        """
    ),
    "region": _table(
        """
        bias -3.4, label_right 6.0, label_above 2.0, state 1.0
        """
    ),
    "text": _table(
        """
        bias -3.2, label_right 4.8, label_above 4.4, pattern 2.4, reading 0.3, other_label -1.0, cue 5.6
        """
    ),
    "clause": _table(
        """
        bias -3.2, label_right 2.4, label_above 2.0, pattern 2.4, reading 0.3, other_label -1.0, cue 5.6
        """
    ),
}
