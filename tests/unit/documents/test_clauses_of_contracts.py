"""Durations, laws and parties in sentences of contracts, in English and German; no page is involved."""

import pytest

from documents.domain.contract_parties import find_parties
from documents.domain.durations import find_durations, read_duration
from documents.domain.laws import find_courts, find_laws
from documents.domain.words import built_in_words

WORDS = built_in_words()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("two (2) years", "2 years"),
        ("eighteen (18) months", "18 months"),
        ("(5) years", "5 years"),
        ("twenty-four months", "24 months"),
        ("a one-year", "1 year"),
        ("the 9- month period", "9 months"),
        ("ten business days", "10 working days"),
        ("the second anniversary", "2 years"),
        ("sechs Monate", "6 months"),
        ("von zwei Jahren", "2 years"),
        ("3 (drei) Monaten", "3 months"),
        ("auf unbestimmte Zeit", "indefinite"),
    ],
)
def test_duration_is_number_and_unit(text: str, value: str) -> None:
    assert [found for _, _, found in find_durations(text, WORDS)] == [value]


@pytest.mark.parametrize(
    "text", ["Section 12 years", "the month of May", "1.234,5 Jahre", "the second month", "0 days"]
)
def test_other_numbers_are_no_durations(text: str) -> None:
    assert read_duration(text) is None


def _best(text: str, found) -> str:  # type: ignore[no-untyped-def]
    start, end, _ = max(found, key=lambda each: each[2])
    return text[start:end]


@pytest.mark.parametrize(
    ("sentence", "law"),
    [
        ("This Agreement shall be governed by and construed in accordance with the laws of the State of Ohio.", "Ohio"),
        ("This agreement shall be governed by the laws of New York applicable to contracts.", "New York"),
        ("THIS AGREEMENT WILL BE GOVERNED BY THE LAWS OF THE STATE OF TEXAS WITHOUT GIVING EFFECT TO", "TEXAS"),
        (
            "It is governed by the laws (other than the conflict of laws rules) of the Commonwealth of Virginia.",
            "Virginia",
        ),
        ("This contract is governed by the laws of England and Wales.", "England and Wales"),
        ("This contract is governed by English law.", "English law"),
        ("Es gilt deutsches Recht.", "deutsches Recht"),
        ("Dieser Vertrag unterliegt dem Recht der Bundesrepublik Deutschland.", "Deutschland"),
    ],
)
def test_law_is_the_place_or_the_adjective(sentence: str, law: str) -> None:
    assert _best(sentence, find_laws(sentence, WORDS)) == law


def test_courts_are_named_by_their_place() -> None:
    sentence = "Ausschließlicher Gerichtsstand ist Hamburg, soweit gesetzlich zulässig."
    assert _best(sentence, find_courts(sentence, WORDS)) == "Hamburg"


def _names(text: str, least: float = 0.5) -> set[str]:
    return {text[party.start : party.end] for party in find_parties(text, WORDS) if party.strength >= least}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "This Agreement is made by and between Acme Tools, Inc., a Delaware corporation (“Acme”), and Bolt Paper Ltd.,"
            " having offices at 4 High Street (the “Company”).",
            {"Acme Tools, Inc.", "Bolt Paper Ltd."},
        ),
        (
            "This Agreement is made BETWEEN: (1) Acme Tools Limited of 1 Elm Road; and (2) Bolt Paper PLC, whose seat is Leeds.",
            {"Acme Tools Limited", "Bolt Paper PLC"},
        ),
        (
            "This Agreement is entered into between Jane A. Doe (“Employee”) and Acme and Company, an Ohio Corporation.",
            {"Jane A. Doe", "Acme and Company"},
        ),
        (
            "In connection with a transaction with Bolt Paper, Inc. (together with its subsidiaries (as defined below), the"
            " “Company”), you have asked for information.",
            {"Bolt Paper, Inc."},
        ),
        (
            "Vertrag zwischen der Muster Werkzeuge GmbH, Elbweg 1, 20095 Hamburg – nachfolgend „Auftraggeber“ genannt – und der"
            " Beispiel Papier AG, Ringstraße 2, 50667 Köln (nachfolgend „Auftragnehmer“)",
            {"Muster Werkzeuge GmbH", "Beispiel Papier AG"},
        ),
    ],
)
def test_name_of_a_party_ends_before_its_description(text: str, names: set[str]) -> None:
    assert _names(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "The parties agree that nothing between the Company and the Employee is changed.",
        "the Employment Agreement between the parties (the “Employment Agreement”) stays in force",
        "the rules of the Securities Exchange Act of 1934, as amended (the “Exchange Act”)",
    ],
)
def test_roles_and_titles_name_no_party(text: str) -> None:
    assert _names(text, 0.0) == set()


@pytest.mark.parametrize("cue", ["Zwischen der", "zwischen", "Between"])
def test_the_words_before_the_first_party_are_not_of_its_name(cue: str) -> None:
    text = (
        f"{cue} Muster Werkzeuge GmbH, Elbweg 1, 20095 Hamburg (nachfolgend „Auftraggeber“), und der Beispiel Papier AG, "
        "Ringweg 2, 50667 Köln (nachfolgend „Auftragnehmer“), wird folgender Vertrag geschlossen:"
    )
    found = {text[party.start : party.end] for party in find_parties(text, WORDS)}
    assert found == {"Muster Werkzeuge GmbH", "Beispiel Papier AG"}


def test_the_heading_of_the_clause_is_no_place_of_a_court() -> None:
    text = "§ 6 Gerichtsstand Ausschließlicher Gerichtsstand ist Hamburg."
    assert [text[start:end] for start, end, _ in find_courts(text, WORDS)] == ["Hamburg"]
