"""A remembered text is found where single letters were misread, and never taken for another name."""

import pytest

from extraction.learning.printed import find_printed, is_misreading
from tests.unit.extraction.pages import page_of


@pytest.mark.parametrize(
    ("printed", "is_it"),
    [
        ("MR. D.I.Y. (M) SDN BHD", True),
        ("MR. D.1.Y. (M) SDN 8HD", True),
        ("MR.D.I.Y.(M)SDNBHD", True),
        ("MR. D.I.Y. (KUCHAI) SDN BHD", False),
        ("GARDENIA BAKERIES SDN BHD", False),
    ],
)
def test_a_name_is_known_by_its_letters(printed, is_it):
    found = find_printed(page_of("RECEIPT 4711", printed, "Total 9.00"), "MR. D.I.Y. (M) SDN BHD")
    assert (found is not None) is is_it
    if found:
        text = page_of("RECEIPT 4711", printed, "Total 9.00").text
        assert found.span.of(text).startswith("MR")


def test_an_address_is_found_over_its_lines():
    page = page_of("Shop", "NO. 1851-A & 1851-B,", "JALAN KPB 6, KAWASAN", "43300 SERI KEMBANGAN", "Total 9.00")
    found = find_printed(page, "NO. 1851-A & 1851-B, JALAN KPB 6, KAWASAN 43300 SERI KEMBANGAN")
    assert found is not None and found.similarity == 1.0


def test_misreadings_are_few_single_letters():
    assert is_misreading("Kestrel Marine", "Kestre1 Marlne")
    assert not is_misreading("Kestrel Marine", "Kestrel Machine Tools")
    assert not is_misreading("Mill Lane 3, Unit 12", "Mill Lane 8, Unit 12"), "another number is another house"
