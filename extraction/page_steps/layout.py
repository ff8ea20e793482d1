"""Layout: lines, blocks, columns, tables and barcodes of the page, as small JSON for people and later steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from extraction.context import PageContext
from extraction.local.page_view import PageView, Row, Segment, build_page_view
from extraction.results import PageStepResult
from idp_project.core.geometry import BoundingBox, Polygon

_BLOCK_GAP = 0.9  # line heights: a wider gap starts a new block
_MIN_TABLE_ROWS = 3
_MIN_TABLE_COLUMNS = 3
_MOST_LISTED = 80
_BARCODE_SIDE = 1600  # pixels; larger pictures are not read faster or better


def analyze_layout(context: PageContext) -> PageStepResult:
    """Facts: lines, columns, blocks ([left, top, right, bottom] each), key_values, tables, barcodes."""
    assert context.page_text is not None
    view = build_page_view(context.page_text, context.words)
    blocks = find_blocks(view)
    tables = [*_ruled_tables(context), *_aligned_tables(view)][:_MOST_LISTED]
    facts: dict[str, Any] = {
        "lines": len(context.page_text.lines),
        "columns": count_columns(view),
        "blocks": [_flat(block) for block in blocks[:_MOST_LISTED]],
        "key_values": count_key_values(view),
        "tables": tables,
        "barcodes": _read_barcodes(context),
    }
    return PageStepResult(facts=facts)


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


def count_key_values(view: PageView) -> int:
    """Rows that look like a label and its value: a colon inside, or two segments of which the first has no digits."""
    count = 0
    for row in view.rows:
        first = row.segments[0].text
        if ":" in row.text.rstrip(": ") or (len(row.segments) == 2 and not any(mark.isdigit() for mark in first)):
            count += 1
    return count


def _ruled_tables(context: PageContext) -> list[dict[str, Any]]:
    layer = context.text_layer
    if layer is None or not context.facts.get("render", {}).get("is_text_layer_trusted"):
        return []
    turns = int(context.facts.get("classify_page", {}).get("quarter_turns", 0))
    found = []
    for table in layer.get("tables", ()):
        x0, top, x1, bottom = table["bbox"]
        corners = ((x0, top), (x1, top), (x1, bottom), (x0, bottom))
        box = Polygon.from_pixels(corners, width=layer["width"], height=layer["height"]).rotated(turns).bounding_box
        rows = table["cells"]
        found.append(
            {"source": "rulings", "box": _flat(box), "rows": len(rows), "columns": max(map(len, rows), default=0)}
        )
    return found


def _aligned_tables(view: PageView) -> list[dict[str, Any]]:
    """Runs of rows whose segments share the same columns."""
    found: list[dict[str, Any]] = []
    run: list[Row] = []
    for row in (*view.rows, None):
        if (
            row is not None
            and len(row.segments) >= _MIN_TABLE_COLUMNS
            and (not run or _shares_columns(view, run[-1], row))
        ):
            run.append(row)
            continue
        if len(run) >= _MIN_TABLE_ROWS:
            found.append(_described(run))
        run = [row] if row is not None and len(row.segments) >= _MIN_TABLE_COLUMNS else []
    return found


def _shares_columns(view: PageView, before: Row, after: Row) -> bool:
    tolerance = 2.5 * view.char_width
    shared = sum(
        any(
            min(abs(one.box.left - other.box.left), abs(one.box.right - other.box.right)) < tolerance
            for other in before.segments
        )
        for one in after.segments
    )
    return shared >= max(2, len(after.segments) - 1) and after.box.top - before.box.bottom < 3 * view.line_height


def _described(rows: Sequence[Row]) -> dict[str, Any]:
    box = rows[0].box
    for row in rows[1:]:
        box = box.union(row.box)
    return {
        "source": "alignment",
        "box": _flat(box),
        "rows": len(rows),
        "columns": max(len(row.segments) for row in rows),
    }


def _read_barcodes(context: PageContext) -> list[dict[str, Any]]:
    if context.image is None or context.facts.get("classify_page", {}).get("is_blank"):
        return []
    import zxingcpp

    from extraction.page_steps.imaging import shrink, to_gray

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
