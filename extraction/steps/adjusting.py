"""Which of the labelled amounts on a sub-document's pages stand beside its sums, and are not parts of them already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from documents.domain.adjustments import MOST_ADJUSTMENTS, Adjustment
from documents.domain.schema_spec import CheckKind, SchemaSpec
from documents.domain.values import FieldCandidate, MergedField, MergedRow
from extraction.context import PageSummary
from extraction.steps.ownership import shared_area
from idp_project.core.geometry import BoundingBox, Polygon

_SAME_PLACE = 0.6  # of the smaller box


def adjustments_beside(
    pages: Sequence[PageSummary], fields: Sequence[MergedField], rows: Sequence[MergedRow], schema: SchemaSpec
) -> tuple[Adjustment, ...]:
    """The last ones in order of printing: sums stand at the end. A value that a check adds up, and every cell of a table, is
    counted already.
    """
    taken = [
        (candidate.provenance.page_number, candidate.provenance.polygon.bounding_box)
        for candidate in _counted(fields, rows, schema)
        if candidate.provenance.polygon
    ]
    found = [each for page in pages for each in page.adjustments if not _is_taken(each, taken)]
    return tuple(found[-MOST_ADJUSTMENTS:])


def _counted(fields: Sequence[MergedField], rows: Sequence[MergedRow], schema: SchemaSpec) -> Iterator[FieldCandidate]:
    added = {name for check in schema.checks if check.kind is not CheckKind.DATE_ORDER for name in check.fields}
    yield from (field.chosen for field in fields if field.chosen and field.field in added)
    yield from (cell.chosen for row in rows for cell in row.cells if cell.chosen)


def _is_taken(adjustment: Adjustment, taken: Sequence[tuple[int, BoundingBox]]) -> bool:
    box = Polygon.from_list(list(adjustment.polygon)).bounding_box
    return any(page == adjustment.page and shared_area(box, other) >= _SAME_PLACE for page, other in taken)
