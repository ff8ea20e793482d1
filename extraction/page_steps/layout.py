"""Layout: lines, blocks, columns and barcodes of the page as small JSON; its tables and key–value pairs whole."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from documents.domain.page_layout import PageLayout, PageTable
from documents.domain.pipeline import PageStepName
from extraction.context import PageContext
from extraction.local.page_layout import read_layout
from extraction.local.page_view import PageView, Segment, build_page_view
from extraction.page_steps.regions import regions_of_page
from extraction.page_steps.rulings import find_strokes
from extraction.results import PageStepResult
from idp_project.core.geometry import BoundingBox, Polygon

_BLOCK_GAP = 0.9  # line heights: a wider gap starts a new block
_MOST_LISTED = 80
_A4 = 0.707  # width as a multiple of the height, where there is no picture
_BARCODE_SIDE = 1600  # pixels; larger pictures are not read faster or better


def analyze_layout(context: PageContext) -> PageStepResult:
    """Facts: lines, columns, blocks ([left, top, right, bottom] each), key_values, tables, barcodes, and regions if there
    are any. The layout itself, cells and pairs, is kept in a table of its own."""
    assert context.page_text is not None
    view = build_page_view(context.page_text, context.words)
    blocks = find_blocks(view)
    layout = _read_layout(context)
    facts: dict[str, Any] = {
        "lines": len(context.page_text.lines),
        "columns": count_columns(view),
        "blocks": [_flat(block) for block in blocks[:_MOST_LISTED]],
        "key_values": len(layout.pairs),
        "tables": [_table_fact(table) for table in layout.tables],
        "barcodes": _read_barcodes(context),
    }
    if regions := regions_of_page(context):
        facts["regions"] = [region.to_dict() for region in regions]
    return PageStepResult(facts=facts, layout=layout)


def _read_layout(context: PageContext) -> PageLayout:
    image = context.image
    assert context.page_text is not None
    if image is None:
        return read_layout(context.page_text, _A4, None)
    height, width = image.shape[:2]
    return read_layout(context.page_text, width / max(1, height), partial(find_strokes, image))


def _table_fact(table: PageTable) -> dict[str, Any]:
    source = "rulings" if table.is_ruled else "alignment"
    box = [round(value, 4) for value in table.box]
    return {"source": source, "box": box, "rows": table.row_count, "columns": table.column_count}


def _flat(box: BoundingBox) -> list[float]:
    return [round(value, 4) for value in (box.left, box.top, box.right, box.bottom)]


def find_blocks(view: PageView) -> list[BoundingBox]:
    """Segments that follow each other closely, one below the other, in boxes."""
    blocks: list[tuple[BoundingBox, Segment]] = []
    for segment in view.segments:
        for number, (box, last) in enumerate(blocks):
            gap = (segment.box.top - last.box.bottom) / view.line_height
            if -0.6 < gap < _BLOCK_GAP and segment.box.horizontal_overlap(box) > 0.3 and segment.row != last.row:
                blocks[number] = (box.union(segment.box), segment)
                break
        else:
            blocks.append((segment.box, segment))
    return [box for box, _ in blocks]


def count_columns(view: PageView) -> int:
    """2 where most full rows have long text on both sides of the middle, else 1."""
    wide = [row for row in view.rows if row.box.width > 0.55]
    split = [
        row for row in wide if len(row.segments) == 2 and all(segment.box.width > 0.18 for segment in row.segments)
    ]
    return 2 if len(wide) >= 8 and len(split) > 0.6 * len(wide) else 1


def _read_barcodes(context: PageContext) -> list[dict[str, Any]]:
    if context.image is None or context.facts.get(PageStepName.CLASSIFY_PAGE, {}).get("is_blank"):
        return []
    import zxingcpp

    from extraction.local.paper import shrink, to_gray

    gray = np.ascontiguousarray(shrink(to_gray(context.image), _BARCODE_SIDE))
    height, width = gray.shape[:2]
    found = []
    for code in zxingcpp.read_barcodes(gray, try_rotate=False, try_downscale=False, try_invert=False):
        position = code.position
        corners = [
            (p.x, p.y) for p in (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
        ]
        polygon = Polygon.from_pixels(corners, width=width, height=height)
        found.append({"format": str(code.format), "text": code.text[:500], "polygon": polygon.to_list()})
    return found
