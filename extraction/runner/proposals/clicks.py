"""A click on words makes a field: what is written there is its value, what stands left of it or above it its label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts.access import Access
from documents.domain.page_layout import Box
from documents.domain.words.in_force import using_words
from extraction.domain.refusals import PAGE_UNKNOWN, PLACE_EMPTY, PLACE_FORM
from extraction.local.page_notation import notation_of
from extraction.local.page_view import PageView, Segment, build_page_view, union_of
from extraction.runner.proposals.examples import Example, sightings_in
from extraction.runner.proposals.fields import field_proposal
from extraction.runner.proposals.inference import type_of, value_of
from extraction.runner.proposals.locales import DEFAULT, locale_of
from extraction.runner.proposals.merging import Cluster
from extraction.runner.proposals.propose import Loaded, known_labels, load_examples
from extraction.runner.proposals.sightings import NEAR, Sighting, is_label, overlap, tidy
from idp_project.core.errors import InvalidInput
from idp_project.core.geometry import BoundingBox, Polygon
from idp_project.core.page_text import PageText, Word

_INSIDE = 0.5  # of a word's area
_ROWS_ABOVE = 3
_SAME = 0.6
_CLICKED = 1.0


def field_at(
    access: Access,
    schema_id: UUID,
    document_id: UUID,
    page: int,
    *,
    polygon: Sequence[float] | None = None,
    words: Sequence[int] | None = None,
) -> dict[str, Any]:
    """The proposed field for words of a page, given by a polygon around them or by their numbers. Opens its own scopes.

    For managers of the type. Raises as `proposals_for`, and InvalidInput for a page without text or a place without words.
    """
    if (polygon is None) == (words is None):
        raise InvalidInput(PLACE_FORM(), code="trial_place_form")
    loaded = load_examples(access, schema_id, [document_id])
    text = loaded.examples[0].texts.get(page)
    if text is None:
        raise InvalidInput(PAGE_UNKNOWN(page=page), code="trial_page_unknown")
    chosen = _numbered(text, words) if words is not None else _inside(text, polygon or ())
    if not chosen:
        raise InvalidInput(PLACE_EMPTY(), code="trial_place_empty")
    with using_words(loaded.words):
        return _proposal(loaded, page, chosen)


def _numbered(text: PageText, numbers: Sequence[int]) -> list[Word]:
    return [text.words[number] for number in sorted(set(numbers)) if number < len(text.words)]


def _inside(text: PageText, flat: Sequence[float]) -> list[Word]:
    """Words of which half or more is inside; of a point, the word there."""
    around = Polygon.from_list(flat).bounding_box
    box = (around.left, around.top, around.right, around.bottom)
    found = []
    for word in text.words:
        own = word.polygon.bounding_box
        x, y = around.center
        is_at = own.left <= x <= own.right and own.top <= y <= own.bottom
        is_in = overlap((own.left, own.top, own.right, own.bottom), box) >= _INSIDE and own.width <= 2 * around.width
        if is_in or is_at:
            found.append(word)
    return found


def _proposal(loaded: Loaded, page: int, chosen: Sequence[Word]) -> dict[str, Any]:
    example = loaded.examples[0]
    view = build_page_view(example.texts[page], loaded.words)
    lines = [line for _, one in example.views(loaded.words) for line in one.texts]
    locale = str(loaded.definition.get("locale") or "") or locale_of([example.language], lines) or DEFAULT
    notation = notation_of(view.texts, locale)
    box = union_of([word.polygon.bounding_box for word in chosen])
    value = "\n".join(_by_line(chosen))
    label, label_box = _label_of(view, box)
    known = _known(example, loaded, page, box, locale)
    if known is not None and known.label and not label:
        label, label_box = known.label, None
    kind = type_of(" ".join(value.split()), notation, loaded.words, label=label)
    seen = Sighting(
        label,
        _as_box(label_box) if label_box else known.label_box if known else None,
        value,
        value_of(kind, value, notation),
        kind,
        page,
        _as_box(box),
        _CLICKED,
        NEAR,
        known.side if known else None,
        known.role if known and not label else None,
    )
    cluster = Cluster({0: [seen]})
    taken = {str(one.get("name", "")) for part in ("fields", "tables") for one in loaded.definition.get(part, ())}
    labels = known_labels(loaded.definition)
    return field_proposal(cluster, _CLICKED, loaded.document_ids, notation, loaded.words, taken, labels) | {
        "locale": locale
    }


def _by_line(words: Sequence[Word]) -> list[str]:
    """The texts of the words, a line for each line of print."""
    lines: list[list[Word]] = []
    for word in words:
        box = word.polygon.bounding_box
        last = lines[-1][-1].polygon.bounding_box if lines else None
        if last is not None and abs(box.center[1] - last.center[1]) < 0.6 * max(box.height, last.height):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [" ".join(word.text for word in line) for line in lines]


def _known(example: Example, loaded: Loaded, page: int, box: BoundingBox, locale: str) -> Sighting | None:
    """What would have been proposed for the place."""
    layouts = {page: example.layouts[page]} if page in example.layouts else {}
    only = Example({page: example.texts[page]}, layouts)
    here = [one for one in sightings_in(only, loaded.words, locale) if overlap(one.box, _as_box(box)) > _SAME]
    return max(here, key=lambda one: (bool(one.label), one.score), default=None)


def _label_of(view: PageView, box: BoundingBox) -> tuple[str, BoundingBox | None]:
    """Left of the words in their segment, then in the segment beside it, then above."""
    row = next((row for row in view.rows if any(_meets(segment, box) for segment in row.segments)), None)
    if row is None:
        return "", None
    own = next(segment for segment in row.segments if _meets(segment, box))
    before = [(word, each) for word, each in zip(own.words, own.boxes, strict=True) if each.center[0] < box.left]
    text = tidy(" ".join(word.text for word, _ in before))
    if text and is_label(text):
        return text, union_of([each for _, each in before])
    if not before and own.index and is_label(row.segments[own.index - 1].text):
        beside = row.segments[own.index - 1]
        above = _above(view, own.row, box)
        if above is None or beside.text.rstrip().endswith(":") or not above.text.rstrip().endswith(":"):
            return tidy(beside.text), beside.box
    above = _above(view, own.row, box)
    return (tidy(above.text), above.box) if above else ("", None)


def _meets(segment: Segment, box: BoundingBox) -> bool:
    is_level = segment.box.top <= box.center[1] <= segment.box.bottom or box.top <= segment.box.center[1] <= box.bottom
    return is_level and segment.box.left <= box.right and box.left <= segment.box.right


def _above(view: PageView, row: int, box: BoundingBox) -> Segment | None:
    for line in reversed(view.rows[max(0, row - _ROWS_ABOVE) : row]):
        for segment in line.segments:
            is_over = segment.box.horizontal_overlap(box) > 0.3
            if is_over and box.top - segment.box.bottom < 2 * view.line_height:
                return segment if is_label(segment.text) else None
    return None


def _as_box(box: BoundingBox) -> Box:
    return (round(box.left, 4), round(box.top, 4), round(box.right, 4), round(box.bottom, 4))
