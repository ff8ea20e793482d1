"""Fields whose values stand in running text: found by sentence and cue, over the ends of lines, with their place."""

import pytest

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.values import FieldCandidate
from documents.domain.words import built_in_words
from extraction.context import SubDocumentContext
from extraction.local.extractor import extract_candidates
from extraction.local.page_breaks import edges_of
from extraction.local.page_view import build_page_view
from extraction.local.sentences import prose_of, sentences
from extraction.steps.merge import merge_candidates
from tests.unit.extraction.pages import page_of, summary

NDA = SchemaSpec(
    key="nda",
    name="Confidentiality agreement",
    version="1.0",
    locale="en_US",
    fields=(
        FieldSpec("party", FieldType.NAME, "Party", is_list=True),
        FieldSpec("from", FieldType.DATE, "Effective date"),
        FieldSpec("law", FieldType.CLAUSE, "Governing law"),
        FieldSpec("term", FieldType.CLAUSE, "Term"),
        FieldSpec("notice", FieldType.CLAUSE, "Notice period"),
        FieldSpec("employee", FieldType.NAME, "Employee"),
    ),
)
ENGLISH = (
    "This Agreement is made and entered into as of June",
    "10, 2014 (the “Effective Date”) by and between Acme",
    "Tools, Inc., a Delaware corporation (the “Company”)",
    "and Jane Doe (“Employee”).",
    "",
    "7. Term. This Agreement shall terminate two (2)",
    "years from the date hereof. Either party may give",
    "notice of ninety (90) days to the other.",
    "8. Governing Law. This Agreement shall be governed by",
    "and construed in accordance with the laws of the",
    "State of New York, without regard to conflicts.",
)
VERTRAG = SchemaSpec(
    key="vertrag",
    name="Vertrag",
    version="1.0",
    locale="de_DE",
    fields=(
        FieldSpec("parteien", FieldType.NAME, "Vertragsparteien", is_list=True),
        FieldSpec("beginn", FieldType.DATE, "Vertragsbeginn"),
        FieldSpec("recht", FieldType.CLAUSE, "Anwendbares Recht"),
        FieldSpec("laufzeit", FieldType.CLAUSE, "Laufzeit"),
        FieldSpec("kuendigung", FieldType.CLAUSE, "Kündigungsfrist"),
        FieldSpec("gericht", FieldType.CLAUSE, "Gerichtsstand"),
    ),
)
GERMAN = (
    "Dieser Vertrag wird zwischen der Muster Werkzeuge",
    "GmbH, Elbweg 1, 20095 Hamburg, und der Beispiel",
    "Papier AG, Ringweg 2, 50667 Köln, geschlossen. Er",
    "tritt mit Wirkung zum 1. April 2025 in Kraft.",
    "Der Vertrag endet nach Ablauf von drei Jah-",
    "ren ab dem Inkrafttreten. Die Kündigungsfrist be-",
    "trägt sechs Monate zum Ende des Jahres.",
    "Es gilt deutsches Recht. Gerichtsstand ist Hamburg.",
)


def best(schema: SchemaSpec, *rows: str) -> dict[str, FieldCandidate]:
    found: dict[str, FieldCandidate] = {}
    for candidate in extract_candidates(build_page_view(page_of(*rows)), schema, 1):
        found.setdefault(candidate.field, candidate)
    return found


def parties(schema: SchemaSpec, name: str, *rows: str) -> list[str | None]:
    found = extract_candidates(build_page_view(page_of(*rows)), schema, 1)
    return [candidate.value for candidate in found if candidate.field == name and candidate.score > 0.6]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "2014-06-10"),
        ("law", "New York"),
        ("term", "2 years"),
        ("notice", "90 days"),
        ("employee", "Jane Doe"),
    ],
)
def test_english_clause_is_first(name: str, value: str) -> None:
    assert best(NDA, *ENGLISH)[name].value == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("beginn", "2025-04-01"),
        ("recht", "deutsches Recht"),
        ("laufzeit", "3 years"),
        ("kuendigung", "6 months"),
        ("gericht", "Hamburg"),
    ],
)
def test_german_clause_is_first(name: str, value: str) -> None:
    assert best(VERTRAG, *GERMAN)[name].value == value


def test_parties_are_items_of_a_list() -> None:
    assert set(parties(NDA, "party", *ENGLISH)) == {"Acme Tools, Inc.", "Jane Doe"}
    assert set(parties(VERTRAG, "parteien", *GERMAN)) == {"Muster Werkzeuge GmbH", "Beispiel Papier AG"}


def test_value_over_two_lines_covers_both() -> None:
    candidate = best(NDA, *ENGLISH)["from"]
    polygon = candidate.provenance.polygon
    assert candidate.raw_text == "June 10, 2014"
    assert polygon and polygon.bounding_box.height > 0.04


def test_addressee_and_day_of_a_letter() -> None:
    letter = (
        "March 5, 2024",
        "Bolt Paper, Inc.",
        "520 Lake Cook Road",
        "Deerfield, IL 60015",
        "Ladies and Gentlemen:",
        "In connection with your interest in Acme Tools, Inc.",
        "(the “Company”), you agree to what follows here.",
    )
    assert set(parties(NDA, "party", *letter)) == {"Bolt Paper, Inc.", "Acme Tools, Inc."}
    assert best(NDA, *letter)["from"].value == "2024-03-05"


def test_sentence_goes_on_over_the_end_of_a_page() -> None:
    first = page_of(
        "The parties have read what this contract says here.", "This Agreement shall be governed by the laws of"
    )
    second = page_of("the State of Ohio, without regard to conflicts.", "Nothing else is agreed between the two.")
    pages = []
    for number, page in enumerate((first, second), start=1):
        view = build_page_view(page)
        edges = edges_of(view, NDA)
        found = tuple(extract_candidates(view, NDA, number))
        pages.append(summary(number, candidates=found, edges=edges.to_dict() if edges else None))
    merged = merge_candidates(SubDocumentContext(1, 2, NDA, tuple(pages), 0.9, 0.9))
    law = next(field for field in merged.fields if field.field == "law").chosen
    assert law and (law.value, law.provenance.page_number) == ("Ohio", 2)
    assert law.provenance.polygon and law.provenance.polygon.bounding_box.top < 0.1


def test_page_of_amounts_keeps_no_edges() -> None:
    assert edges_of(build_page_view(page_of("Total    12.00", "VAT    2.00")), NDA) is None


def test_clause_of_its_own_is_its_sentence() -> None:
    schema = SchemaSpec("c", "C", "1.0", (FieldSpec("assign", FieldType.CLAUSE, "Assignment"),), locale="en_US")
    page = (
        "9. Assignment. Neither party may transfer any right",
        "under this contract without written consent.",
        "10. Notices. All notices shall be given in writing.",
    )
    value = best(schema, *page)["assign"].value
    assert value == "Neither party may transfer any right under this contract without written consent."


def test_hyphen_at_the_end_of_a_line_is_undone() -> None:
    (prose,) = prose_of(build_page_view(page_of("Der Vertrag wird auf unbe-", "stimmte Zeit und fest geschlossen.")))
    assert prose.text == "Der Vertrag wird auf unbestimmte Zeit und fest geschlossen."


def test_abbreviation_ends_no_sentence() -> None:
    text = "Acme Inc. Ltd. is bound. Mr. Doe signs for J. Smith. It ends."
    found = [text[start:end] for start, end in sentences(text, built_in_words())]
    assert found == ["Acme Inc. Ltd. is bound.", "Mr. Doe signs for J. Smith.", "It ends."]


def test_two_columns_are_read_one_after_the_other() -> None:
    page = page_of(
        "The first column says that         The second column has its",
        "it goes on below itself and        own lines which have no",
        "ends here in the third line.       place in the first one.",
    )
    texts = [prose.text for prose in prose_of(build_page_view(page))]
    assert texts[0] == "The first column says that it goes on below itself and ends here in the third line."


def test_page_without_running_text_has_no_prose() -> None:
    assert prose_of(build_page_view(page_of("INVOICE", "Total    12.00"))) == ()


@pytest.mark.parametrize("day", ["22. Oktober 2025", "1. März 2025", "11. Juni"])
def test_a_day_before_its_month_ends_no_sentence(day: str) -> None:
    text = f"Dieser Vertrag tritt am {day} in Kraft und endet nach 4 Jahren. Er verlängert sich nicht."
    found = [text[start:end] for start, end in sentences(text, built_in_words())]
    assert found == [text.split(". Er", maxsplit=1)[0] + ".", "Er verlängert sich nicht."]


def test_a_numbered_heading_still_begins_a_sentence() -> None:
    text = "Die Frist endet bald. 5. Vertraulichkeit Die Parteien schweigen."
    assert len(list(sentences(text, built_in_words()))) == 2
