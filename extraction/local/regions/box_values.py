"""Which tick box belongs to which field: by the words beside it, by "yes" and "no" beside or above a pair, by the choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz

from documents.domain.field_types.tick_box import NO, YES
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec, FieldType
from documents.domain.words import word_set
from extraction.local.candidates import Found
from extraction.local.labels import LabelHit
from extraction.local.page_view import PageView, Place
from extraction.local.regions.placed_boxes import Phrase, PlacedBox
from idp_project.core.geometry import BoundingBox

_ALIKE = 0.82
_CONTAINED = 0.55  # the label is a part of a longer sentence
_BEGINNING = 0.85  # the sentence goes on in the next line
_SHORTEST = 8  # letters of a beginning that says enough
_WITHOUT_LABEL = 0.55  # a group of the field's choices somewhere on the page
_UNDECIDED = 0.45  # none or several marked where one should be
_HEAD_ROWS = 14  # above a row of a grid
_GROUP_ROWS = 10  # below the label of a choice
_EMPTY, _MARKED = "☐", "☒"


def box_values(view: PageView, spec: FieldSpec, hits: Sequence[LabelHit], boxes: Sequence[PlacedBox]) -> list[Found]:
    """What the boxes of the page say for the field, which is a tick box or a choice."""
    if spec.type is FieldType.CHOICE:
        return list(_choices(spec, hits, boxes))
    singles = list(_singles(spec, boxes, view))
    if any(one.evidence["label_right"] >= _ALIKE for one in singles):
        return singles
    return [*_pairs(view, hits, boxes), *singles]


def alike(label: str, phrase: Phrase) -> float:
    """How well the words beside a box are a label, 0 for not at all."""
    wanted, printed = plain(label), phrase.plain
    if not wanted or not printed:
        return 0.0
    ratio = fuzz.ratio(wanted.replace(" ", ""), printed.replace(" ", "")) / 100
    if ratio >= (_ALIKE if len(wanted) > 4 else 0.99):
        return ratio
    if len(printed) >= _SHORTEST and fuzz.ratio(wanted[: len(printed)], printed) / 100 >= 0.9:
        return _BEGINNING
    if len(wanted) >= 4 and f" {wanted} " in f" {printed} ":
        return max(_CONTAINED, len(wanted) / len(printed))
    return 0.0


def _best(labels: Iterable[str], phrase: Phrase | None) -> float:
    return max((alike(label, phrase) for label in labels), default=0.0) if phrase else 0.0


def _singles(spec: FieldSpec, boxes: Sequence[PlacedBox], view: PageView) -> Iterator[Found]:
    for box in boxes:
        strength = _best(spec.labels, box.own)
        other = box.left if box.is_before_text else box.right
        if not strength and not _is_answer(view, box):
            strength = 0.8 * _best(spec.labels, other)
        if strength:
            yield _found(box, strength)


def _is_answer(view: PageView, box: PlacedBox) -> bool:
    return _answer_of(view, box.own.plain if box.own else "") is not None


def _answer_of(view: PageView, text: str) -> str | None:
    if text in _plain_set(view, "yes_word"):
        return YES
    return NO if text in _plain_set(view, "no_word") else None


def _plain_set(view: PageView, group: str) -> frozenset[str]:
    return frozenset(plain(word) for word in word_set(view.words, group))


def _pairs(view: PageView, hits: Sequence[LabelHit], boxes: Sequence[PlacedBox]) -> Iterator[Found]:
    """A question with a box for yes and one for no, named beside them or in the head of their columns."""
    for hit in hits:
        group = _boxes_of_row(hit.place.box, boxes, view)
        named = [(box, answer) for box in group if (answer := _named(view, box))]
        yes, no = (next((box for box, name in named if name == wanted), None) for wanted in (YES, NO))
        if yes is not None and no is not None:
            strength = hit.similarity * max(0.6, hit.purity)
            yield _decided({YES: yes, NO: no}, strength)


def _named(view: PageView, box: PlacedBox) -> str | None:
    beside = _answer_of(view, box.own.plain) if box.own else None
    return beside or _head_above(view, box)


def _head_above(view: PageView, box: PlacedBox) -> str | None:
    """ "Yes" or "No" at the head of the box's column."""
    middle, reach = box.region.box.center[0], max(box.region.box.width, 2.5 * view.char_width)
    for row in reversed(view.rows[max(0, box.row - _HEAD_ROWS) : box.row]):
        for segment in row.segments:
            for word, place in zip(segment.words, segment.boxes, strict=True):
                answer = _answer_of(view, plain(word.text))
                if answer and abs(place.center[0] - middle) < reach and place.bottom <= box.region.box.top:
                    return answer
    return None


def _boxes_of_row(label: BoundingBox, boxes: Sequence[PlacedBox], view: PageView) -> list[PlacedBox]:
    """To the right of a label in its line; else in the next line, if that has no words before them."""
    line = [box for box in boxes if _is_in_line(label, box) and box.region.box.left >= label.right - view.char_width]
    if line:
        return sorted(line, key=lambda box: box.region.box.left)
    drop = 2.6 * view.line_height
    below = [
        box for box in boxes if 0 < box.region.box.center[1] - label.center[1] < drop and not _is_in_line(label, box)
    ]
    first = min((box.region.box.top for box in below), default=0.0)
    line = [box for box in below if box.region.box.top - first < 0.6 * view.line_height]
    line.sort(key=lambda box: box.region.box.left)
    return line if line and (line[0].left is None or not line[0].is_before_text) else []


def _is_in_line(label: BoundingBox, box: PlacedBox) -> bool:
    return abs(label.center[1] - box.region.box.center[1]) < 0.62 * max(label.height, box.region.box.height)


def _choices(spec: FieldSpec, hits: Sequence[LabelHit], boxes: Sequence[PlacedBox]) -> Iterator[Found]:
    """Of a group of boxes, each beside one of the choices, the one that is marked."""
    beside: dict[str, list[tuple[float, PlacedBox]]] = {}
    for choice in spec.choices:
        found = [(alike(choice, box.own), box) for box in boxes if box.own and not _is_letter(box)]
        beside[choice] = [(strength, box) for strength, box in found if strength > _CONTAINED]
    if sum(bool(found) for found in beside.values()) < min(2, len(spec.choices)):
        return
    places: list[tuple[float, BoundingBox | None]] = [
        (hit.similarity * max(0.6, hit.purity), hit.place.box) for hit in hits
    ] or [(_WITHOUT_LABEL, None)]
    for strength, label in places:
        group = {choice: box for choice, found in beside.items() if (box := _nearest(found, label))}
        if len(group) >= 2:
            yield _decided(group, strength)


def _is_letter(box: PlacedBox) -> bool:
    """Whether it was seen in the last letter of a word, which typewriters print as large as boxes: "Residenc☒"."""
    return box.own is not None and not box.is_before_text and box.own.gap == 0


def _nearest(found: Sequence[tuple[float, PlacedBox]], label: BoundingBox | None) -> PlacedBox | None:
    """The one nearest below or beside the label."""
    if label is None:
        return max(found, key=lambda item: item[0])[1] if len(found) == 1 else None
    height = label.height or 0.01
    reachable = [
        (box.region.box.center[1] - label.center[1], -strength, number)
        for number, (strength, box) in enumerate(found)
        if -0.7 * height < box.region.box.center[1] - label.center[1] < _GROUP_ROWS * 2 * height
    ]
    return found[min(reachable)[2]][1] if reachable else None


def _decided(group: dict[str, PlacedBox], strength: float) -> Found:
    """The answer whose box is marked; none where none or several are."""
    marked = [answer for answer, box in group.items() if box.region.is_marked]
    state = min(box.region.score for box in group.values())
    if len(marked) == 1:
        return _at(group[marked[0]], marked[0], strength, state)
    first = next(iter(group.values()))
    raw = " ".join(f"{_MARKED if box.region.is_marked else _EMPTY} {answer}" for answer, box in group.items())
    return _at(first, None, strength, _UNDECIDED * state, raw)


def _found(box: PlacedBox, strength: float) -> Found:
    return _at(box, YES if box.region.is_marked else NO, strength, box.region.score)


def _at(box: PlacedBox, value: str | None, strength: float, state: float, raw: str = "") -> Found:
    text = raw or (_MARKED if box.region.is_marked else _EMPTY)
    place = Place(text, box.region.box, None, state, box.row)
    evidence = {"label_right": round(min(1.0, strength), 4), "label_above": 0.0, "state": state, "reading": state}
    return Found(text, value, place, None, 0, 0, evidence=evidence)
