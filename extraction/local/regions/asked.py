"""The regions that the fields of a schema ask for, on one page, and the values that they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from documents.domain.field_types.registry import field_type
from documents.domain.field_types.signature import ABSENT, PRESENT, written_signature
from documents.domain.regions import Region, RegionKind, of_kind, share_inside
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from extraction.local.candidates import Found
from extraction.local.labels import LabelHit, find_labels
from extraction.local.page_view import PageView, Place
from extraction.local.regions.box_values import box_values
from extraction.local.regions.ink import PageInk
from extraction.local.regions.placed_boxes import PlacedBox, joined_boxes, place_boxes, printed_boxes
from extraction.local.regions.rules import level_rules
from extraction.local.regions.signatures import signature_at
from extraction.local.regions.tick_boxes import find_tick_boxes
from idp_project.core.geometry import BoundingBox

_WRITTEN_SCORE = 0.9  # of "/s/ Jane Doe"
_ROWS_OF_WRITTEN = 3  # between it and its label
_MOST_LABELS = 6  # of one field on one page that are looked at


@dataclass(frozen=True)
class AskedRegions:
    """What the schema's tick boxes, choices and signatures are read from. `signatures`: label's box to what is there."""

    boxes: tuple[PlacedBox, ...] = ()
    signatures: Mapping[BoundingBox, tuple[Region, bool]] = field(default_factory=dict)

    def regions(self) -> list[Region]:
        """To be kept with the page."""
        return [
            *(box.region for box in self.boxes),
            *(region for region, is_there in self.signatures.values() if is_there),
        ]


def asks_for_regions(schema: SchemaSpec) -> bool:
    """Whether a field of the schema is read from regions of the page's picture."""
    return any(_reads_boxes(spec) or _reads_signatures(spec) for spec in schema.fields)


def _reads_boxes(spec: FieldSpec) -> bool:
    return RegionKind.TICK_BOX in field_type(spec.type).regions or spec.type is FieldType.CHOICE


def _reads_signatures(spec: FieldSpec) -> bool:
    return RegionKind.SIGNATURE in field_type(spec.type).regions


def find_asked(view: PageView, schema: SchemaSpec, page: PageInk | None, stamps: Sequence[Region] = ()) -> AskedRegions:
    """On a page's picture, if there is one, and among its words."""
    boxes: list[PlacedBox] = []
    if any(_reads_boxes(spec) for spec in schema.fields):
        drawn = find_tick_boxes(page, view.page_text) if page is not None else []
        boxes = place_boxes(view, joined_boxes(drawn, printed_boxes(view)))
    signatures: dict[BoundingBox, tuple[Region, bool]] = {}
    specs = [spec for spec in schema.fields if _reads_signatures(spec)]
    if specs and page is not None:
        rules = level_rules(page)
        for hit in _signature_labels(view, specs):
            box, known = hit.place.box, of_kind(stamps, RegionKind.STAMP)
            signatures[box] = signature_at(page, box, view.page_text, rules, known)
    return AskedRegions(tuple(boxes), signatures)


def _signature_labels(view: PageView, specs: Sequence[FieldSpec]) -> list[LabelHit]:
    labels = dict.fromkeys(label for spec in specs for label in spec.labels)
    hits = find_labels(view, labels)
    return [hit for label in labels for hit in hits[label][:_MOST_LABELS]]


def asked_values(view: PageView, spec: FieldSpec, hits: Sequence[LabelHit], asked: AskedRegions) -> list[Found]:
    """What regions say for one field; empty for a type without regions."""
    if _reads_boxes(spec):
        return box_values(view, spec, hits, asked.boxes)
    if _reads_signatures(spec):
        return _signature_values(view, hits, asked)
    return []


def _signature_values(view: PageView, hits: Sequence[LabelHit], asked: AskedRegions) -> list[Found]:
    found = []
    for hit in hits:
        region, is_signed = asked.signatures.get(hit.place.box, (None, False))
        strength = hit.similarity * max(0.5, hit.purity)
        written = None if is_signed else _written_near(view, hit, region)
        if written is not None:
            found.append(_at(written, PRESENT, strength, _WRITTEN_SCORE, written.row))
        elif region is not None:
            place = Place("", region.box, None, region.score, hit.segment.row)
            found.append(_at(place, PRESENT if is_signed else ABSENT, strength, region.score, hit.segment.row))
    return found


def _at(place: Place, value: str, strength: float, state: float, row: int) -> Found:
    evidence = {"label_right": round(min(1.0, strength), 4), "label_above": 0.0, "state": state, "reading": state}
    placed = Place(place.text or value, place.box, place.span, state, row)
    return Found(placed.text, value, placed, None, 0, 0, evidence=evidence)


def _is_about(box: BoundingBox, label: BoundingBox) -> bool:
    return box.horizontal_overlap(label) > 0 or box.left > label.right


def _written_near(view: PageView, hit: LabelHit, region: Region | None) -> Place | None:
    """ "/s/ Jane Doe" at the place to sign, or in the lines at the label."""
    pattern = written_signature(view.words)
    first, last = hit.segment.row - _ROWS_OF_WRITTEN, hit.segment.row + _ROWS_OF_WRITTEN
    for row in view.rows[max(0, first) : last + 1]:
        for segment in row.segments:
            match = pattern.search(segment.text)
            if match is None:
                continue
            place = segment.place(*match.span())
            is_there = region is not None and share_inside(place.box, region.box) > 0.3
            if is_there or segment is hit.segment or (region is None and _is_about(place.box, hit.place.box)):
                return place
    return None
