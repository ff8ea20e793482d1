"""The table at the end of the demonstration, in terminals of 80 and 120 columns."""

import io
import json

import pytest
from rich.console import Console

from idp_project.operations.demo.packet import PACKET
from idp_project.operations.demo.summary import DocumentSummary, SubDocumentSummary, summary_table

ADDRESS = "125 Kingsbarrow Road [rear], Wetherdale"


def documents():
    """The packet's own names and types, with more pages and rows than any of them has."""
    for name, label in json.loads((PACKET / "labels.json").read_text()).items():
        sub_documents = [
            SubDocumentSummary("12–13", sub_document["type"], "review", 14, 43, [(0.71, "merchant_address", ADDRESS)])
            for sub_document in label["sub_documents"]
        ]
        yield DocumentSummary(name, 9, 42, 63, 3, [*sub_documents, SubDocumentSummary("14", "blank", "")])


def printed(width):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(summary_table(documents()))
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_names_types_routes_and_counts_are_whole(width):
    lines = printed(width)
    assert max(map(len, lines)) <= width
    for document in documents():
        assert any(
            line.startswith(document.file_name) and "9 pages, 42 + 63 steps, 3 PDB rows" in line for line in lines
        )
    kinds = {sub_document.kind for document in documents() for sub_document in document.sub_documents} - {"blank"}
    for kind in kinds:
        expected = [f"12–13: {kind}", "review", "14 fields, 43 rows"]
        assert any([cell.strip() for cell in line.split("  ") if cell.strip()] == expected for line in lines)


def test_long_value_is_cut_and_its_confidence_is_not():
    narrow = [line.strip() for line in printed(80) if "merchant_address" in line]
    assert narrow and all(line.startswith("0.71 merchant_address: 125 ") and line.endswith("…") for line in narrow)
    assert {line.strip() for line in printed(120) if "merchant_address" in line} == {
        f"0.71 merchant_address: {ADDRESS}"
    }


def test_nothing_is_folded():
    sub_documents = [sub_document for document in documents() for sub_document in document.sub_documents]
    lines_of_sub_documents = sum(
        bool(sub_document.field_count) + len(sub_document.values) or 1 for sub_document in sub_documents
    )
    assert len(printed(80)) == len(printed(120)) == 2 + len(list(documents())) + lines_of_sub_documents
