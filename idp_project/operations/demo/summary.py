"""The table at the end of the demonstration: one line per document, one block per sub-document; fits a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich import box
from rich.markup import escape
from rich.table import Column, Table


@dataclass(frozen=True)
class PartSummary:
    """`values` are the first of its fields: (confidence, name, value)."""

    pages: str
    kind: str
    route: str
    field_count: int = 0
    row_count: int = 0
    values: Sequence[tuple[float, str, str]] = ()


@dataclass(frozen=True)
class DocumentSummary:
    """How many step runs it took by itself and with its parts, how many its pages took, and its production rows."""

    file_name: str
    page_count: int
    step_count: int
    page_step_count: int
    record_count: int
    parts: Sequence[PartSummary]


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
        for part in document.parts:
            table.add_row(f"  {part.pages}: {part.kind}", part.route, "\n".join(_of_part(part)))
    return table


def _of_document(document: DocumentSummary) -> str:
    steps = f"{document.step_count} + {document.page_step_count} steps"
    return f"{_count(document.page_count, 'page')}, {steps}, {_count(document.record_count, 'PDB row')}"


def _of_part(part: PartSummary) -> Iterable[str]:
    if part.field_count:
        rows = f", {_count(part.row_count, 'row')}" if part.row_count else ""
        yield f"{_count(part.field_count, 'field')}{rows}"
    for confidence, name, value in part.values:
        yield f"[dim]{confidence:.2f}[/] {name}: {escape(value)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
