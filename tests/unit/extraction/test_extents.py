"""Names and addresses in every extent they may have, and the spaces that a reader lost."""

import pytest

from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.words import built_in_words
from extraction.local.extractor import extract_candidates
from extraction.local.lost_spaces import restore_spaces
from extraction.local.page_view import build_page_view
from tests.unit.extraction.pages import page_of

RECEIPT = SchemaSpec(
    "receipt",
    "Receipt",
    "1.0",
    (FieldSpec("shop", FieldType.NAME, "Company"), FieldSpec("address", FieldType.ADDRESS, "Address")),
    locale="en_MY",
)


def raw_texts(name: str, *rows: str) -> list[str]:
    found = extract_candidates(build_page_view(page_of(*rows)), RECEIPT, 1)
    return [candidate.raw_text for candidate in found if candidate.field == name]


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (
            ("GREEN HILL HARDWARE", "ENTERPRISE (SUNNY", "PARK) SDN BHD"),
            "GREEN HILL HARDWARE ENTERPRISE (SUNNY PARK) SDN BHD",
        ),
        (("LEMON TREE RESTAURANT", "JTJ FOODS SDN BHD"), "LEMON TREE RESTAURANT JTJ FOODS SDN BHD"),
        (("OWN BY: CHEF LEE SDN BHD",), "CHEF LEE SDN BHD"),
        (("#000002 BAIFU TRADING SDN BHD",), "BAIFU TRADING SDN BHD"),
        (("Terms: www.green.my/sales GREEN HILL SDN BHD",), "GREEN HILL SDN BHD"),
        (("YELLOW CEN ENTERPRISE POSTED",), "YELLOW CEN ENTERPRISE"),
        (("GREEN HILL SDN BHD (E0118-A)",), "GREEN HILL SDN BHD"),
    ],
)
def test_name_is_among_candidates(rows: tuple[str, ...], name: str) -> None:
    assert name in raw_texts("shop", *rows, "12, JALAN BESAR", "50480 KUALA LUMPUR")


@pytest.mark.parametrize(
    ("rows", "address"),
    [
        (("13, JALAN UTAMA 8", "MEDAN NIAGA DAMAI", "57000 KL"), "13, JALAN UTAMA 8\nMEDAN NIAGA DAMAI\n57000 KL"),
        (
            ("UNIT 1626, JALAN LAUT", "TUMPAT", "16200 PALEKBANG, KELANTAN"),
            "UNIT 1626, JALAN LAUT\nTUMPAT\n16200 PALEKBANG, KELANTAN",
        ),
        (("HQ ADD: UNIT 1195, JALAN KAPAR", "41400 KLANG, SELANGOR"), "UNIT 1195, JALAN KAPAR\n41400 KLANG, SELANGOR"),
        (
            ("NO 1, JALAN PERMAS", "81750 JOHOR, MALAYSIA, Tel No.: 07-3873322"),
            "NO 1, JALAN PERMAS\n81750 JOHOR, MALAYSIA",
        ),
        (
            ("UNIT 1851, JALAN KPB 6,", "43300 SELANGOR", "(TESCO OUTLET)"),
            "UNIT 1851, JALAN KPB 6,\n43300 SELANGOR\n(TESCO OUTLET)",
        ),
    ],
)
def test_address_is_among_candidates(rows: tuple[str, ...], address: str) -> None:
    assert address in raw_texts("address", "GREEN HILL SDN BHD", *rows)


SEEN = frozenset({"taman", "melawati", "kuala", "lumpur"})


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("NO.12,JALAN BESAR", "NO.12, JALAN BESAR"),
        ("TAMANMELAWATI", "TAMAN MELAWATI"),
        ("JALAN8/23E", "JALAN 8/23E"),
        ("47400PETALING JAYA", "47400 PETALING JAYA"),
        ("Green EnterpriseSdn Bhd", "Green Enterprise Sdn Bhd"),
        ("KUALALUMPUR,SELANGOR", "KUALA LUMPUR, SELANGOR"),
    ],
)
def test_lost_space_is_restored(read: str, printed: str) -> None:
    assert restore_spaces(read, SEEN, built_in_words()) == printed


@pytest.mark.parametrize("text", ["VistaPrint USA", "1,234.50", "TAMAN MELAWATI", "MCDONALD", "K&K 12,5", "PETALING"])
def test_what_needs_no_space_gets_none(text: str) -> None:
    assert restore_spaces(text, SEEN, built_in_words()) == text


def test_value_has_spaces_and_raw_text_is_as_read() -> None:
    rows = ("GREEN HILL SDN BHD", "NO.12,JALAN BESAR", "50480 KUALA LUMPUR")
    found = extract_candidates(build_page_view(page_of(*rows)), RECEIPT, 1)
    first = next(candidate for candidate in found if candidate.field == "address")
    assert first.raw_text == "NO.12,JALAN BESAR\n50480 KUALA LUMPUR"
    assert first.value == "NO.12, JALAN BESAR, 50480 KUALA LUMPUR"
