"""The table at the end of the demonstration: one line per document, one block per sub-document; fits a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.markup import escape
from rich.table import Column, Table


@dataclass(frozen=True)
class SubDocumentSummary:
    """`values` are the first of its fields: (confidence, name, value)."""

    pages: str
    kind: str
    route: str
    field_count: int = 0
    row_count: int = 0
    values: Sequence[tuple[float, str, str]] = ()


@dataclass(frozen=True)
class DocumentSummary:
    """How many step runs it took by itself and with its sub-documents, how many its pages took, and its production rows."""

    file_name: str
    page_count: int
    step_count: int
    page_step_count: int
    record_count: int
    sub_documents: Sequence[SubDocumentSummary]


def summary_table(documents: Iterable[DocumentSummary]) -> Table:
    """Names, types and routes are never cut; what does not fit of a value is, behind its confidence."""
    table = Table(
        Column("document, pages: type"),
        "route",
        Column("what came of it (with confidence)", no_wrap=True, overflow="ellipsis", ratio=1),
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        expand=True,
    )
    for document in documents:
        table.add_row(f"[bold]{escape(document.file_name)}[/]", "", _of_document(document))
        for sub_document in document.sub_documents:
            table.add_row(
                f"  {sub_document.pages}: {sub_document.kind}",
                sub_document.route,
                "\n".join(_of_sub_document(sub_document)),
            )
    return table


def _of_document(document: DocumentSummary) -> str:
    steps = f"{document.step_count} + {document.page_step_count} steps"
    return f"{_count(document.page_count, 'page')}, {steps}, {_count(document.record_count, 'PDB row')}"


def _of_sub_document(sub_document: SubDocumentSummary) -> Iterable[str]:
    if sub_document.field_count:
        rows = f", {_count(sub_document.row_count, 'row')}" if sub_document.row_count else ""
        yield f"{_count(sub_document.field_count, 'field')}{rows}"
    for confidence, name, value in sub_document.values:
        yield f"[dim]{confidence:.2f}[/] {name}: {escape(value)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
