"""Reasons as people read them: each once, what is alike together, the strongest first."""

from __future__ import annotations

from documents.domain import reasons
from documents.domain.duplicates import DuplicateKind
from documents.domain.identity_reasons import RECEIVED_BEFORE
from documents.domain.reason_groups import CODES, ReasonGroup, group_of, grouped, groups_among
from documents.domain.sum_reasons import SUM_UNCHECKED
from idp_project.core.reasons import CATALOG, OWN_WORDS

WRONG_SUM = reasons.SUM_DIFFERS(total="Total", addends=["Net", "VAT"], sum="3800.62 + 760.12", amount="4660.74")


def unsure(label):
    return reasons.BELOW_THRESHOLD(label=label, confidence=0.5, threshold=0.85)


def texts(*given):
    return [reason.text for reason in grouped(given)]


def test_every_code_is_of_the_catalogue_and_in_one_group():
    listed = [code for codes in CODES.values() for code in codes]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(CATALOG)


def test_a_wrong_sum_is_said_once_with_its_amounts():
    assert texts(WRONG_SUM, WRONG_SUM) == ["Total 4660.74 ≠ 3800.62 + 760.12: one of these 3 is wrong."]
    shown = grouped([WRONG_SUM], lambda amount, places: f"{amount:,.{places}f}")
    assert shown[0].text == "Total 4,660.74 ≠ 3,800.62 + 760.12: one of these 3 is wrong."
    either = reasons.SUM_DIFFERS_EITHER_WAY(difference=WRONG_SUM, tax="VAT")
    assert texts(either) == ["Total 4660.74 ≠ 3800.62 + 760.12, with and without VAT: one of these 3 is wrong."]


def test_what_is_alike_is_one_sentence():
    assert texts(unsure("Seller"), unsure("Buyer"), unsure("Date")) == ["Not read with certainty: Seller, Buyer, Date."]
    assert texts(unsure("Seller")) == [unsure("Seller").text], "one alone says why"
    rows = [reasons.IN_ROW(row=row, reason=unsure("Amount")) for row in range(1, 9)]
    assert texts(*rows) == ["Not read with certainty: Amount."]
    missing = [reasons.REQUIRED_MISSING(label=label) for label in ("Date", "Total")]
    assert texts(*missing) == ["Required, but not found: Date, Total."]
    many = [unsure(f"F{number}") for number in range(9)]
    assert texts(*many) == ["Not read with certainty: F0, F1, F2, F3, F4, F5 and 3 more."]


def test_a_value_in_a_wrong_sum_is_not_named_again():
    assert texts(unsure("Net"), unsure("Seller"), WRONG_SUM)[1:] == [unsure("Seller").text]


def test_the_strongest_comes_first():
    received = RECEIVED_BEFORE[DuplicateKind.SAME_NUMBER](day="1 May")
    rule = reasons.NEVER_AUTOMATIC(type="Invoice")
    given = [
        rule,
        unsure("Seller"),
        OWN_WORDS(text="Look."),
        WRONG_SUM,
        received,
        reasons.TYPE_UNSURE(type="Invoice", score=0.4),
    ]
    assert [group_of(reason) for reason in grouped(given)] == [
        ReasonGroup.TYPE, ReasonGroup.DUPLICATE, ReasonGroup.CHECK, ReasonGroup.UNSURE, ReasonGroup.OTHER, ReasonGroup.RULE,
    ]  # fmt: skip
    assert groups_among([SUM_UNCHECKED(total="Total", missing="Net")]) == [ReasonGroup.MISSING]
