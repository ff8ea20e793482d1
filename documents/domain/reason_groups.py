"""Reasons as a person reads them: each thing once, what is alike in one sentence, the strongest first.

Ten fields below their threshold are one thing to do, a sum that is wrong is three values to look at. What is grouped is only
shown: the reasons themselves are stored, counted and matched one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from idp_project.core.reasons import Param, Reason, define
from idp_project.core.translation import gettext_noop as _

MOST_LABELS = 6

SUM_ONE_OF = define(
    "sum_one_of",
    _("{total} {amount} ≠ {sum}: one of these {count} is wrong."),
    total=Param.TEXT,
    amount=Param.TEXT,
    sum=Param.TEXT,
    count=Param.NUMBER,
)
SUM_ONE_OF_EITHER_WAY = define(
    "sum_one_of_either_way",
    _("{total} {amount} ≠ {sum}, with and without {tax}: one of these {count} is wrong."),
    total=Param.TEXT,
    amount=Param.TEXT,
    sum=Param.TEXT,
    tax=Param.LABEL,
    count=Param.NUMBER,
)
THESE_UNSURE = define("these_unsure", _("Not read with certainty: {labels}."), labels=Param.TEXT)
THESE_MISSING = define("these_missing", _("Required, but not found: {labels}."), labels=Param.TEXT)
THESE_AMBIGUOUS = define("these_ambiguous", _("Can be read in more than one way: {labels}."), labels=Param.TEXT)
AND_MORE = define("labels_and_more", _("{labels} and {count} more"), labels=Param.TEXT, count=Param.NUMBER)


class ReasonGroup(StrEnum):
    """What a reason is about; the strongest first: until the first are settled, the others may be beside the point."""

    TYPE = "type"
    SPLIT = "split"
    DUPLICATE = "duplicate"
    CHECK = "check"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    PAGES = "pages"
    UNSURE = "unsure"
    OTHER = "other"
    RULE = "rule"


CODES: Mapping[ReasonGroup, frozenset[str]] = {
    ReasonGroup.TYPE: frozenset({"type_unknown", "type_unsure", "kind_not_taken"}),
    ReasonGroup.SPLIT: frozenset({"beginning_unsure", "page_unsure", "several_on_page"}),
    ReasonGroup.DUPLICATE: frozenset(
        f"received_before_{what}" for what in ("same_file", "same_text", "same_number", "other_amount")
    ),
    ReasonGroup.CHECK: frozenset(
        {
            *("sum_differs", "sum_differs_either_way", "balance_differs", "column_sum_differs", "product_differs"),
            *("carried_sum_differs", "check_digits_wrong", "check_digits_repairable", "dates_out_of_order"),
            *("pattern_not_met", "pattern_invalid", "not_listed", "wrong_type", "date_implausible"),
            *("percentage_too_large", "rows_counted", "sum_one_of", "sum_one_of_either_way"),
        }
    ),
    ReasonGroup.MISSING: frozenset(
        {
            *("required_missing", "table_empty", "rows_missing", "numbers_not_read", "no_value", "not_located"),
            *("sum_unchecked", "column_unchecked", "column_sum_unchecked", "product_unchecked", "these_missing"),
            *("required_field_empty", "row_unread", "products_unchecked"),
        }
    ),
    ReasonGroup.AMBIGUOUS: frozenset(
        {
            *("date_ambiguous", "value_ambiguous", "currency_ambiguous", "decimals_ambiguous", "disputed"),
            *(
                "read_differently",
                "other_total",
                "parties_unsure",
                "blind_differs",
                "these_ambiguous",
                "second_differs",
            ),
        }
    ),
    ReasonGroup.PAGES: frozenset({"page_failed", "file_rebuilt", "all_pages_blank"}),
    ReasonGroup.UNSURE: frozenset(
        {"below_threshold", "poorly_readable", "handwritten", "absence_unsure", "these_unsure"}
    ),
    ReasonGroup.RULE: frozenset(
        {
            *("never_automatic", "not_earned", "auto_approval_off_in_system", "auto_approval_off_for_type"),
            *("sent_to_person", "no_required_field", "blind_sample", "second_blind", "second_person_by_rule"),
        }
    ),
}
"""A code in none of them is OTHER."""

_TOGETHER = {
    ReasonGroup.UNSURE: THESE_UNSURE,
    ReasonGroup.MISSING: THESE_MISSING,
    ReasonGroup.AMBIGUOUS: THESE_AMBIGUOUS,
}
_ALIKE = {
    *CODES[ReasonGroup.UNSURE],
    *("required_missing", "date_ambiguous", "value_ambiguous", "currency_ambiguous", "decimals_ambiguous", "disputed"),
}


@dataclass(frozen=True)
class Said:
    """One reason about one value: its group, the value's label, where one is named, and the row."""

    reason: Reason
    group: ReasonGroup
    label: str
    row: int | None


Number = Callable[[Decimal, int | None], str]


def _plainly(amount: Decimal, places: int | None) -> str:
    return f"{amount:f}"


def group_of(reason: Reason) -> ReasonGroup:
    """By its own code, or by that of the reason in it."""
    code = _inner(reason).code
    return next((group for group, codes in CODES.items() if code in codes), ReasonGroup.OTHER)


def grouped(reasons: Iterable[Reason], number: Number = _plainly) -> list[Reason]:
    """Each once, what is alike together, the strongest first. A value of which a failed sum speaks is not named again as
    unsure: looking at the sum is looking at it. `number` writes an amount with its decimal places, as the reader expects it."""
    said = [_said(reason) for reason in dict.fromkeys(reasons)]
    in_sums = {label for one in said for label in _labels_in_sum(_inner(one.reason))}
    found: dict[ReasonGroup, list[Reason]] = {group: [] for group in ReasonGroup}
    alike: dict[ReasonGroup, list[Said]] = {}
    for one in said:
        if _is_alike(one):
            if one.group is not ReasonGroup.UNSURE or one.row is not None or one.label not in in_sums:
                alike.setdefault(one.group, []).append(one)
        else:
            found[one.group].append(_as_shown(one.reason, number))
    for group, members in alike.items():
        found[group].append(members[0].reason if len(members) == 1 else _together(group, members))
    return list(dict.fromkeys(reason for group in ReasonGroup for reason in found[group]))


def groups_among(reasons: Iterable[Reason]) -> list[ReasonGroup]:
    """Those that occur, the strongest first."""
    present = {group_of(reason) for reason in reasons}
    return [group for group in ReasonGroup if group in present]


def _said(reason: Reason) -> Said:
    inner = _inner(reason)
    row = reason.params.get("row") if inner is not reason else None
    return Said(reason, group_of(reason), str(inner.params.get("label", "")), row)


def _inner(reason: Reason) -> Reason:
    """“Row 2, Amount: …” is about what is said of the amount."""
    held = reason.params.get("reason")
    return held if reason.code == "in_row" and isinstance(held, Reason) else reason


def _is_alike(said: Said) -> bool:
    return bool(said.label) and said.group in _TOGETHER and _inner(said.reason).code in _ALIKE


def _together(group: ReasonGroup, members: Sequence[Said]) -> Reason:
    labels = list(dict.fromkeys(member.label for member in members))
    shown = ", ".join(labels[:MOST_LABELS])
    more = len(labels) - MOST_LABELS
    return _TOGETHER[group](labels=AND_MORE(labels=shown, count=more).text if more > 0 else shown)


def _labels_in_sum(reason: Reason) -> list[str]:
    if reason.code == "sum_differs_either_way":
        reason = reason.params["difference"]
    if reason.code != "sum_differs":
        return []
    return [str(reason.params.get("total", "")), *(str(label) for label in reason.params.get("addends", ()))]


def _as_shown(reason: Reason, number: Number) -> Reason:
    """A sum that is wrong as the amounts themselves: “Total 4,660.74 ≠ 3,800.62 + 760.12”."""
    either_way = reason.code == "sum_differs_either_way"
    difference = reason.params.get("difference") if either_way else reason
    if not isinstance(difference, Reason) or difference.code != "sum_differs":
        return reason
    addends = str(difference.params["sum"]).split(" + ")
    said = {
        "total": difference.params["total"],
        "amount": _amount(str(difference.params["amount"]), number),
        "sum": " + ".join(_amount(addend, number) for addend in addends),
        "count": len(addends) + 1,
    }
    return SUM_ONE_OF_EITHER_WAY(**said, tax=reason.params["tax"]) if either_way else SUM_ONE_OF(**said)


def _amount(text: str, number: Number) -> str:
    """As the reader's region writes it; a text that is no number stays."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return text
    return number(amount, max(0, -int(amount.as_tuple().exponent)) or None)
