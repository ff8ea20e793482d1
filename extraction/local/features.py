"""The named features of a candidate for a field, each 0..1. The ranking weighs them; the confidence names them as evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from documents.domain.dates import NUMERIC_DATE, date_order, is_swappable
from documents.domain.numbers import DECIMALS, to_decimal
from documents.domain.schema_spec import FieldSpec, FieldType
from extraction.local import lexicon
from extraction.local.amount_proof import AmountProof
from extraction.local.candidates import Found, matches_pattern
from extraction.local.date_range import side_of_field, side_of_place
from extraction.local.labels import LabelHit
from extraction.local.lexicon import Role
from extraction.local.page_view import PageView
from extraction.local.parties import address_shape, business_words, has_company_suffix, name_shape

_SUMMARY_ROWS = 8  # below the heading of a tax summary
_ROLE_SHARE = 0.9  # what the usual words of a role count beside the schema's own labels
_DOLLAR_COUNTRIES = ("_AU", "_NZ", "_SG", "_HK", "_CA", "_MX", "_AR", "_CL", "_CO")  # dollars or pesos, day first
_PARTIES = frozenset({FieldType.NAME, FieldType.ADDRESS})  # printed below their labels more often than others
_HEADING = 0.95  # strength of a label that stands alone in its line
_TIME = re.compile(r"\d{1,2}:\d{2}")
_POSTCODE = re.compile(r"\b\d{4,6}\b")


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
    locale: str = "en_US"
    proof: AmountProof = field(default_factory=AmountProof)

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
            if n in self.numbers and DECIMALS.search(found.raw_text) and other_label(self, found) < 0.6
        ]
        return max(priced, default=Decimal(0))

    @cached_property
    def summary_rows(self) -> frozenset[int]:
        """Rows with a heading such as "GST summary"."""
        return frozenset(hit.segment.row for hit in self.others if hit.label.endswith("summary") and hit.purity > 0.6)

    @cached_property
    def share_with_decimals(self) -> float:
        """Of the page's amounts: where most have decimals, one without is a count, a code or misread."""
        return sum(bool(DECIMALS.search(found.raw_text)) for found in self.found) / max(1, len(self.found))

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


def label_above_strength(view: PageView, hit: LabelHit, found: Found) -> float:
    """How strongly a label above speaks for the value: overlap or shared edge, at most three rows away."""
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
    return hit.strength * (1 - 0.2 * (rows - 1)) * (0.5 if is_covered else 1.0)


def best_label(scene: FieldScene, found: Found) -> tuple[float, float]:
    """`(right, above)`: the strongest own label in either direction."""
    right = max(
        (label_right_strength(scene.view, h, found) for h in scene.rows_of_own.get(found.place.row, ())), default=0.0
    )
    above = max(
        (
            label_above_strength(scene.view, h, found)
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
    if scene.spec.type in _PARTIES:
        heads = (h for h in scene.rows_of_other.get(row - 1, ()) if h.strength >= _HEADING)
        other = max(other, *(label_above_strength(scene.view, h, found) for h in heads), 0.0)
    if not other:
        return 0.0
    return max(0.0, other - 0.8 * max(*best_label(scene, found), role_phrase(scene, found)))


def role_phrase(scene: FieldScene, found: Found) -> float:
    """How strongly the usual words of the field's role claim the value."""
    return max(
        (label_right_strength(scene.view, h, found) for h in scene.rows_of_role.get(found.place.row, ())), default=0.0
    )


def common_features(scene: FieldScene, found: Found) -> dict[str, float]:
    """Features of every family."""
    right, above = best_label(scene, found)
    right = max(right, _ROLE_SHARE * role_phrase(scene, found))
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
    }


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))


def amount_features(scene: FieldScene, found: Found) -> dict[str, float]:
    """Of amounts and numbers. Arithmetic outweighs a rival's label: a rounded total may stand beside "Rounding"."""
    value = to_decimal(found.value) or Decimal(0)
    row = scene.view.rows[found.place.row]
    is_last = found.place.box.right >= row.box.right - 3 * scene.view.char_width
    return {
        "decimals": 1.0 if DECIMALS.search(found.raw_text) else 0.0,
        "odd_format": 0.0 if DECIMALS.search(found.raw_text) else scene.share_with_decimals,
        "has_sign": 1.0 if re.search(r"[^\W\d]|[$€£¥₹]", found.raw_text) else 0.0,
        "largest": 1.0 if value and value == scene.largest else 0.0,
        "settled": 1.0 if value in scene.proof.settled else 0.0,
        "rounded": 1.0 if value in scene.proof.rounded else 0.0,
        "unrounded": 1.0 if value in scene.proof.unrounded else 0.0,
        "rightmost": 1.0 if is_last else 0.0,
        "is_zero": 1.0 if value == 0 else 0.0,
        "is_negative": 1.0 if value < 0 else 0.0,
        "summary_below": 1.0 if _is_in_tax_summary(scene, found) else 0.0,
    }


def _is_in_tax_summary(scene: FieldScene, found: Found) -> bool:
    """Below a heading such as "GST summary": its totals repeat the document's."""
    return any(0 < found.place.row - row <= _SUMMARY_ROWS for row in scene.summary_rows)


def date_features(scene: FieldScene, found: Found) -> dict[str, float]:
    row_text = scene.view.rows[found.place.row].text
    year = int((found.value or "0000")[:4])
    wanted, side = side_of_field(scene.spec), side_of_place(scene.view, found.place)
    return {
        "own_side": 1.0 if wanted and side is wanted else 0.0,
        "other_side": 1.0 if wanted and side and side is not wanted else 0.0,
        "with_time": 1.0 if _TIME.search(row_text) else 0.0,
        "only_one": 1.0 if len(scene.counts) == 1 else 0.0,
        "ambiguous": 1.0 if _is_ambiguous(scene, found) else 0.0,
        "far_year": 1.0 if not 1930 <= year <= 2060 else 0.0,
    }


def _is_ambiguous(scene: FieldScene, found: Found) -> bool:
    """Day and month may be exchanged, no other date of the page shows the order, and the money hints at another country's."""
    if not is_swappable(found.raw_text):
        return False
    if not all(is_swappable(other.raw_text) for other in scene.found if NUMERIC_DATE.search(other.raw_text)):
        return False
    has_dollars = scene.view.page_text.text.count("$") > 0 and not re.search(r"[A-Z]{1,3}\$", scene.view.page_text.text)
    return has_dollars and date_order(scene.locale) == "DMY" and not scene.locale.endswith(_DOLLAR_COUNTRIES)


def name_features(scene: FieldScene, found: Found) -> dict[str, float]:
    text = found.raw_text
    letters = [mark for mark in text if mark.isalpha()]
    row = found.place.row
    return {
        "name_shape": name_shape(text),
        "top": max(0.0, 1 - row / 8),
        "company_suffix": 1.0 if has_company_suffix(text) else 0.0,
        "business_words": _clip(2 * business_words(text)),
        "capitals": sum(mark.isupper() for mark in letters) / len(letters) if letters else 0.0,
        "above_address": 1.0 if _address_follows(scene, found) else 0.0,
        "joined": 1.0 if found.place.box.height > 1.7 * scene.view.line_height and len(text.split()) > 2 else 0.0,
        "address_like": address_shape(text),
    }


def _address_follows(scene: FieldScene, found: Found) -> bool:
    for row in scene.view.rows[found.place.row + 1 : found.place.row + 4]:
        for segment in row.segments:
            if (
                segment.box.top >= found.place.box.bottom - 0.5 * scene.view.line_height
                and address_shape(segment.text) >= 0.4
            ):
                return True
    return False


def address_features(scene: FieldScene, found: Found) -> dict[str, float]:
    lines = found.raw_text.splitlines()
    longest = max(
        (len(other.raw_text.splitlines()) for other in scene.found if other.place.row == found.place.row), default=1
    )
    return {
        "address_shape": sum(address_shape(line) for line in lines) / len(lines),
        "lines": _clip((len(lines) - 1) / 3),
        "top": max(0.0, 1 - found.place.row / 14),
        "has_postcode": 1.0 if _POSTCODE.search(found.raw_text) else 0.0,
        "full_run": 1.0 if len(lines) == longest else 0.0,
    }


def code_features(scene: FieldScene, found: Found) -> dict[str, float]:
    text = found.raw_text
    return {
        "pattern": scene.pattern_rarity,
        "has_letters_and_digits": 1.0 if re.search(r"[A-Za-z]", text) and re.search(r"\d", text) else 0.0,
        "unanimous": scene.counts.get(found.value, 0) / len(scene.found)
        if scene.spec.type is FieldType.CURRENCY
        else 0.0,
        "bare_digits": 1.0 if text.replace(" ", "").isdigit() else 0.0,
        "check_digits": 1.0 if _check_digits_hold(scene.spec.type, found.value or "") else 0.0,
    }


def _check_digits_hold(kind: FieldType, value: str) -> bool:
    if kind is FieldType.IBAN:
        from stdnum import iban

        return bool(iban.is_valid(value))
    if kind is FieldType.VAT_NUMBER:
        from stdnum.eu import vat

        return bool(vat.is_valid(value))
    return kind in {FieldType.EMAIL, FieldType.PHONE}


FAMILY_OF_ROLE: Mapping[Role, str] = {
    Role.TOTAL: "total",
    Role.SUBTOTAL: "amount",
    Role.TAX: "amount",
    Role.ISSUE_DATE: "issue_date",
    Role.OTHER_DATE: "date",
    Role.ISSUER: "issuer",
    Role.RECIPIENT: "name",
    Role.ISSUER_ADDRESS: "issuer_address",
    Role.RECIPIENT_ADDRESS: "address",
}
_FAMILY_OF_TYPE: Mapping[FieldType, str] = {
    FieldType.AMOUNT: "amount",
    FieldType.NUMBER: "number",
    FieldType.DATE: "date",
    FieldType.NAME: "name",
    FieldType.ADDRESS: "address",
    FieldType.IDENTIFIER: "identifier",
    FieldType.IBAN: "shaped",
    FieldType.VAT_NUMBER: "shaped",
    FieldType.EMAIL: "shaped",
    FieldType.PHONE: "shaped",
    FieldType.CURRENCY: "shaped",
}
_FEATURES: Mapping[FieldType, Callable[[FieldScene, Found], dict[str, float]]] = {
    FieldType.AMOUNT: amount_features,
    FieldType.NUMBER: amount_features,
    FieldType.DATE: date_features,
    FieldType.NAME: name_features,
    FieldType.ADDRESS: address_features,
}


def family_of(spec: FieldSpec, role: Role) -> str:
    """Which table of weights ranks the field's candidates."""
    return FAMILY_OF_ROLE.get(role) or _FAMILY_OF_TYPE.get(spec.type, "text")


def feature_vector(scene: FieldScene, found: Found) -> dict[str, float]:
    """All features of one candidate, by name."""
    features = common_features(scene, found) | _FEATURES.get(scene.spec.type, code_features)(scene, found)
    if features.get("rounded"):
        features["other_label"] = 0.0
    return features


ROLE_PHRASES: Mapping[Role, tuple[str, ...]] = {
    Role.TOTAL: lexicon.TOTAL_PHRASES,
    Role.SUBTOTAL: lexicon.SUBTOTAL_PHRASES,
    Role.TAX: lexicon.TAX_PHRASES,
    Role.ISSUE_DATE: lexicon.ISSUE_DATE_PHRASES,
    Role.OTHER_DATE: (),
    Role.RECIPIENT: lexicon.RECIPIENT_PHRASES,
    Role.RECIPIENT_ADDRESS: lexicon.RECIPIENT_PHRASES,
}
OTHER_PHRASES: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.AMOUNT: (
        *lexicon.TOTAL_PHRASES, *lexicon.SUBTOTAL_PHRASES, *lexicon.TAX_PHRASES, *lexicon.OTHER_AMOUNT_PHRASES,
    ),
    FieldType.DATE: (*lexicon.ISSUE_DATE_PHRASES, *lexicon.OTHER_DATE_PHRASES),
    FieldType.NAME: lexicon.RECIPIENT_PHRASES,
    FieldType.ADDRESS: lexicon.RECIPIENT_PHRASES,
}  # fmt: skip


@dataclass
class LabelIndex:
    """All label hits of a page, found once for all fields."""

    hits: Mapping[str, list[LabelHit]] = field(default_factory=dict)

    def of(self, labels: Sequence[str]) -> list[LabelHit]:
        return [hit for label in labels for hit in self.hits.get(label, ())]
