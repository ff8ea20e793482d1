"""The named features of a candidate for a field, each 0..1. The ranking weighs them; the confidence names them as evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

from documents.domain.field_types.base import AmountProof, FoundValue
from documents.domain.field_types.matching import matches_pattern
from documents.domain.field_types.registry import field_type
from documents.domain.field_types.roles import Role
from documents.domain.notation import Notation
from documents.domain.numbers import has_decimals, to_decimal
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldSpec
from documents.domain.words import Words
from extraction.local.candidates import Found
from extraction.local.labels import LabelHit
from extraction.local.not_names import LabelPlaces
from extraction.local.page_view import PageView
from idp_project.core.geometry import BoundingBox

_LONG_ENOUGH = 6  # letters of a label that other words may be joined to
_SUMMARY_ROWS = 8  # below the heading of a tax summary
_FEW_WORDS = 2
_ROLE_SHARE = 0.9  # what the usual words of a role count beside the schema's own labels
_ANSWERED = 0.2  # what a label above counts that has its value beside it
_HEADING = 0.95  # strength of a label that stands alone in its line


@dataclass(frozen=True)
class FieldScene:
    """All that the features of one field's candidates are computed from.

    `own` are hits of the field's labels, `role_hits` of the words that its role is usually printed under, `others` of
    labels and words that belong to something else.
    """

    view: PageView
    spec: FieldSpec
    role: Role
    own: Sequence[LabelHit]
    role_hits: Sequence[LabelHit]
    others: Sequence[LabelHit]
    found: Sequence[Found]
    notation: Notation = field(default_factory=lambda: Notation("en_US"))
    proof: AmountProof = field(default_factory=AmountProof)
    titles: Sequence[LabelHit] = ()  # of the document's own number
    answered: frozenset[int] = frozenset()  # ids of segments that are labels with their value beside them

    @property
    def locale(self) -> str:
        return self.notation.locale

    @property
    def words(self) -> Words:
        return self.view.words

    @property
    def page_as_text(self) -> str:
        return self.view.page_text.text

    def row_text(self, found: FoundValue) -> str:
        return self.view.rows[found.row].text

    def is_rightmost(self, found: FoundValue) -> bool:
        return _box(found).right >= self.view.rows[found.row].box.right - 3 * self.view.char_width

    def is_in_tax_summary(self, found: FoundValue) -> bool:
        """Below a heading such as "GST summary": its totals repeat the document's."""
        return any(0 < found.row - row <= _SUMMARY_ROWS for row in self.summary_rows)

    def is_in_title(self, found: FoundValue) -> bool:
        """ "Invoice 4711 of 5 March 2025": the number's label, the number and the day in one segment."""
        place = _box(found)
        return any(
            hit.segment.row == found.row
            and hit.place.box.right <= place.left
            and hit.segment.box.right >= place.right
            and _is_titled(hit.segment.text[hit.end :])
            for hit in self.titles
        )

    def is_taller_than_a_line(self, found: FoundValue) -> bool:
        return _box(found).height > 1.7 * self.view.line_height

    def texts_below(self, found: FoundValue) -> list[str]:
        """Of the segments in the next three rows that do not stand beside the value."""
        top = _box(found).bottom - 0.5 * self.view.line_height
        rows = self.view.rows[found.row + 1 : found.row + 4]
        return [segment.text for row in rows for segment in row.segments if segment.box.top >= top]

    @cached_property
    def rows_of_other(self) -> dict[int, list[LabelHit]]:
        return _by_row(self.others)

    @cached_property
    def rows_of_own(self) -> dict[int, list[LabelHit]]:
        return _by_row(self.own)

    @cached_property
    def rows_of_role(self) -> dict[int, list[LabelHit]]:
        return _by_row(self.role_hits)

    @cached_property
    def numbers(self) -> dict[int, Decimal]:
        """Of each candidate, by its index: what its value is as a number."""
        values = {n: to_decimal(found.value) for n, found in enumerate(self.found)}
        return {n: value for n, value in values.items() if value is not None}

    @cached_property
    def largest(self) -> Decimal:
        """The largest amount with decimals that is no payment or change."""
        priced = [
            self.numbers[n]
            for n, found in enumerate(self.found)
            if n in self.numbers and has_decimals(found.raw_text) and other_label(self, found) < 0.6
        ]
        return max(priced, default=Decimal(0))

    @cached_property
    def summary_rows(self) -> frozenset[int]:
        """Rows with a heading such as "GST summary"."""
        return frozenset(hit.segment.row for hit in self.others if hit.label.endswith("summary") and hit.purity > 0.6)

    @cached_property
    def share_with_decimals(self) -> float:
        """Of the page's amounts: where most have decimals, one without is a count, a code or misread."""
        return sum(has_decimals(found.raw_text) for found in self.found) / max(1, len(self.found))

    @cached_property
    def pattern_rarity(self) -> float:
        """How special the field's pattern is: the share of the page's words with digits that do not match it."""
        coded = [word.text for word in self.view.page_text.words if any(mark.isdigit() for mark in word.text)]
        if not self.spec.pattern or not coded:
            return 0.0
        return sum(not matches_pattern(self.spec, text) for text in coded) / len(coded)

    @cached_property
    def counts(self) -> dict[str | None, int]:
        """How often each value occurs."""
        counts: dict[str | None, int] = {}
        for found in self.found:
            counts[found.value] = counts.get(found.value, 0) + 1
        return counts


def _is_titled(text: str) -> bool:
    """Whether a number or nothing but a short word lies between a title and the day behind it: not "as ordered on"."""
    before_day = re.split(r"\d{1,4}[./-]|\d{1,2}\.? [^\W\d]", text)[0]
    return any(mark.isdigit() for mark in before_day) or len(before_day.split()) <= _FEW_WORDS


def _box(found: FoundValue) -> BoundingBox:
    assert isinstance(found, Found)  # a field type sees only what the scene's own candidates say
    return found.place.box


def _by_row(hits: Sequence[LabelHit]) -> dict[int, list[LabelHit]]:
    rows: dict[int, list[LabelHit]] = {}
    for hit in hits:
        rows.setdefault(hit.segment.row, []).append(hit)
    return rows


def label_right_strength(view: PageView, hit: LabelHit, found: Found) -> float:
    """How strongly a label to the left in the same row speaks for the value: spelling, purity, distance."""
    if hit.segment.row != found.place.row or hit.place.box.right > found.place.box.left + 2 * view.char_width:
        return 0.0
    gap = max(0.0, found.place.box.left - hit.place.box.right) / view.char_width
    between = _words_between(view, hit, found)
    return hit.strength * max(0.35, 1 - gap / 110) * (0.8**between)


def _words_between(view: PageView, hit: LabelHit, found: Found) -> int:
    """Numbers and words between a label and a value: the first thing after a label is its value."""
    if found.segment is hit.segment:
        return len(re.findall(r"\w{2,}", hit.segment.text[hit.end : found.start]))
    count = len(re.findall(r"\d+", hit.segment.text[hit.end :]))
    for segment in view.rows[found.place.row].segments[hit.segment.index + 1 :]:
        if segment is found.segment:
            return count + len(re.findall(r"[^\W\d]{2,}", segment.text[: found.start]))
        count += 1
    return count


def label_above_strength(scene: FieldScene, hit: LabelHit, found: Found) -> float:
    """How strongly a label above speaks for the value: overlap or shared edge, at most three rows away; one that has a
    value beside it hardly does, nor for a value that has a label beside it.
    """
    view = scene.view
    rows = found.place.row - hit.segment.row
    if not 0 < rows <= 3:
        return 0.0
    label, value = hit.place.box, found.place.box
    edge = min(abs(label.left - value.left), abs(label.right - value.right)) / view.char_width
    if label.horizontal_overlap(value) < 0.3 and edge > 3:
        return 0.0
    drop = (value.top - label.bottom) / view.line_height
    if drop > 3.5:
        return 0.0
    is_covered = re.search(r"\d", hit.segment.text[hit.end :]) is not None
    is_answered = id(hit.segment) in scene.answered or _has_label_beside(scene, found)
    share = _ANSWERED if is_answered else 0.5 if is_covered else 1.0
    return hit.strength * (1 - 0.2 * (rows - 1)) * share


def _has_label_beside(scene: FieldScene, found: Found) -> bool:
    """Whether words with a colon stand before the value in its line: "Your VAT number: DE…" below the title "Invoice". A name
    may have one below the heading of its party.
    """
    rules = field_type(scene.spec.type)
    if found.segment is None or rules.names_somebody or rules.has_lines:
        return False
    before = found.segment.text[: found.start].rstrip()
    return before.endswith(":") and any(mark.isalpha() for mark in before)


def best_label(scene: FieldScene, found: Found) -> tuple[float, float]:
    """`(right, above)`: the strongest own label in either direction."""
    right = max(
        (label_right_strength(scene.view, h, found) for h in scene.rows_of_own.get(found.place.row, ())), default=0.0
    )
    above = max(
        (
            label_above_strength(scene, h, found)
            for back in (1, 2, 3)
            for h in scene.rows_of_own.get(found.place.row - back, ())
        ),
        default=0.0,
    )
    return right, above


def other_label(scene: FieldScene, found: Found) -> float:
    """How strongly somebody else's label claims the value, beyond what the field's own labels do."""
    row = found.place.row
    other = max((label_right_strength(scene.view, h, found) for h in scene.rows_of_other.get(row, ())), default=0.0)
    if field_type(scene.spec.type).is_headed:
        heads = (h for h in scene.rows_of_other.get(row - 1, ()) if h.strength >= _HEADING)
        other = max(other, *(label_above_strength(scene, h, found) for h in heads), 0.0)
    if not other:
        return 0.0
    return max(0.0, other - 0.8 * max(*best_label(scene, found), role_phrase(scene, found)))


def role_phrase(scene: FieldScene, found: Found) -> float:
    """How strongly the usual words of the field's role claim the value."""
    return max(
        (label_right_strength(scene.view, h, found) for h in scene.rows_of_role.get(found.place.row, ())), default=0.0
    )


def role_head(scene: FieldScene, found: Found) -> float:
    """How strongly the head of a column says that the day below it is one on which to pay: "Fälligkeit" above 04.04.2018."""
    if scene.role is not Role.DUE_DATE:
        return 0.0
    rows = (scene.rows_of_role.get(found.place.row - back, ()) for back in (1, 2))
    heads = (hit for row in rows for hit in row if hit.strength >= _HEADING)
    return max((label_above_strength(scene, hit, found) for hit in heads), default=0.0)


def common_features(scene: FieldScene, found: Found) -> dict[str, float]:
    """Features of every family."""
    right, above = best_label(scene, found)
    right = max(right, _ROLE_SHARE * role_phrase(scene, found), found.headed)
    above = max(above, _ROLE_SHARE * role_head(scene, found))
    top = scene.view.relative_top(found.place.box)
    return {
        "label_right": right,
        "label_above": above if above > right else 0.0,
        "other_label": other_label(scene, found),
        "high": 1 - top,
        "low": top,
        "reading": 1.0 if found.place.reading is None else found.place.reading,
        "size": _clip((scene.view.relative_size(found.place.box) - 1) / 1.2),
        "repeated": _clip((scene.counts.get(found.value, 1) - 1) / 2),
        "first": 1.0 if scene.found and found.value == scene.found[0].value else 0.0,
        "cue": found.cue,
        "variant": float(found.is_variant),
        **_extent(scene, found),
    }


def _extent(scene: FieldScene, found: Found) -> dict[str, float]:
    """No ranking weighs them; notes tell of them. `over_lines`: a text was put together from several lines; `cut`: its
    printed line goes on behind it.
    """
    if not field_type(scene.spec.type).is_free_text or found.evidence:
        return {}
    rest = found.segment.text[found.end :] if found.segment else ""
    return {
        "over_lines": float(found.segment is None),
        "cut": float(any(mark.isalnum() for mark in rest)),
    }


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))


FAMILY_OF_ROLE: Mapping[Role, str] = {
    Role.TOTAL: "total",
    Role.SUBTOTAL: "amount",
    Role.TAX: "amount",
    Role.ISSUE_DATE: "issue_date",
    Role.DUE_DATE: "date",
    Role.OTHER_DATE: "date",
    Role.ISSUER: "issuer",
    Role.RECIPIENT: "recipient",
    Role.ISSUER_ADDRESS: "issuer_address",
    Role.RECIPIENT_ADDRESS: "address",
}
WORDS_OF_ROLE: Mapping[Role, str] = {
    Role.TOTAL: "total",
    Role.SUBTOTAL: "subtotal",
    Role.TAX: "tax",
    Role.ISSUE_DATE: "issue_date",
    Role.DUE_DATE: "due_date",
    Role.RECIPIENT: "recipient_label",
    Role.RECIPIENT_ADDRESS: "recipient_label",
}


def role_phrases(role: Role, words: Words) -> tuple[str, ...]:
    """What a field of that role is usually printed under; empty for roles without such words."""
    group = WORDS_OF_ROLE.get(role)
    return words.of((group,)) if group else ()


@lru_cache(maxsize=256)
def compound_labels(spec: FieldSpec, words: Words) -> tuple[str, ...]:
    """Titles that end in one of the labels of a document's own number: "Handelsrechnung", "commercial invoice"."""
    if not field_type(spec.type).tells_documents_apart:
        return ()
    heads = tuple(word for label in spec.labels if len(word := plain(label)) >= _LONG_ENOUGH and " " not in word)
    known = {plain(label) for label in spec.labels}
    return tuple(title for title in words.heading if plain(title).endswith(heads) and plain(title) not in known)


def rival_phrases(spec: FieldSpec, words: Words) -> tuple[str, ...]:
    """What other fields of the type are usually printed under."""
    return words.of(field_type(spec.type).rivals)


def family_of(spec: FieldSpec, role: Role) -> str:
    """Which table of weights ranks the field's candidates."""
    return FAMILY_OF_ROLE.get(role) or field_type(spec.type).family


def feature_vector(scene: FieldScene, found: Found) -> dict[str, float]:
    """All features of one candidate, by name."""
    features = common_features(scene, found) | field_type(scene.spec.type).features(scene, found)
    if features.get("rounded"):
        features["other_label"] = 0.0
    return features | dict(found.evidence)


@dataclass
class LabelIndex:
    """All label hits of a page, found once for all fields."""

    hits: Mapping[str, list[LabelHit]] = field(default_factory=dict)
    places: LabelPlaces = field(default_factory=lambda: LabelPlaces(frozenset(), frozenset()))

    def of(self, labels: Sequence[str]) -> list[LabelHit]:
        return [hit for label in labels for hit in self.hits.get(label, ())]
