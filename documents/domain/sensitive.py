"""What somebody may not see of one document: the values of sensitive fields, wherever their texts and places come up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from documents.domain.checks.present_values import names_of
from documents.domain.field_ids import Path, ids_by_path
from documents.domain.field_types.base import letters_and_digits
from documents.domain.reasons import VALUE_HIDDEN
from documents.domain.schema_spec import SchemaSpec
from idp_project.core.geometry import BoundingBox, Polygon
from idp_project.core.reasons import Reason

HIDDEN = "•••••"
"""What stands in place of a value."""
_SHORTEST = 4  # letters and digits, of a text that is looked for elsewhere: "12" stands on every page
_SHARED = 0.3  # of a word's area


def sensitive_paths(spec: SchemaSpec, newest: SchemaSpec | None = None) -> frozenset[Path]:
    """("", field) and (table, column) that are sensitive in that version, or in the newest one by their permanent ids."""
    own = _marked(spec)
    ids = (
        {known for path, known in ids_by_path(newest).items() if path in _marked(newest) and known} if newest else set()
    )
    return own | {path for path, known in ids_by_path(spec).items() if known in ids}


def _marked(spec: SchemaSpec) -> frozenset[Path]:
    fields = {("", one.name) for one in spec.fields if one.is_sensitive}
    return frozenset(
        fields | {(table.name, one.name) for table in spec.tables for one in table.columns if one.is_sensitive}
    )


@dataclass(frozen=True)
class Mask:
    """`paths` by the id of the sub-document that has them; `keys` are the values' letters and digits; `places` are those of
    values, by page. `is_unread`: values are not known yet, so that pages cannot be shown at all."""

    paths: Mapping[str, frozenset[Path]]
    keys: frozenset[str] = frozenset()
    places: Mapping[int, tuple[BoundingBox, ...]] = field(default_factory=dict)
    is_unread: bool = False

    @classmethod
    def of(cls, paths: Mapping[str, frozenset[Path]], values: Iterable[Mapping[str, Any]], *, is_unread: bool) -> Mask:
        """`values`: {texts, places} of each sensitive value, places as stored provenances."""
        keys, places = set(), dict[int, tuple[BoundingBox, ...]]()
        for value in values:
            found = (letters_and_digits(text) for text in value["texts"] if text)
            keys |= {key for key in found if len(key) >= _SHORTEST}
            for place in value["places"]:
                if place and place.get("polygon"):
                    box = Polygon.from_list(place["polygon"]).bounding_box
                    places[place["page"]] = (*places.get(place["page"], ()), box)
        return cls(paths, frozenset(keys), places, is_unread)

    def covers(self, sub_document_id: object, table: str, name: str) -> bool:
        """Whether the field, or the column of the table, is hidden."""
        return (table, name) in self.paths.get(str(sub_document_id), ())

    def hides(self, text: str | None) -> bool:
        """Whether a text says a hidden value."""
        key = letters_and_digits(text or "")
        return any(hidden in key for hidden in self.keys)

    def text(self, text: str) -> str:
        return HIDDEN if self.hides(text) else text

    def reason(self, reason: Reason) -> Reason:
        """Itself; what it says of a hidden value is not told."""
        return VALUE_HIDDEN() if self.hides(reason.source_text) else reason

    def reasons(self, reasons: Iterable[Reason]) -> list[Reason]:
        return list(dict.fromkeys(self.reason(one) for one in reasons))

    def speaks_of(self, sub_document_id: object, names: Iterable[str]) -> bool:
        """Whether one of the names, as checks use them, is of a hidden value."""
        hidden = self.paths.get(str(sub_document_id), frozenset())
        plain = {name.partition("[")[0] + name.partition("]")[2] if "[" in name else name for name in names}
        return any(names_of(name, table)[-1] in plain for table, name in hidden)

    def is_at(self, page: int, box: BoundingBox) -> bool:
        """Whether the place is, for a good part, that of a hidden value."""
        return any(_shared(box, hidden) for hidden in self.places.get(page, ()))

    def words(self, page: int, words: Sequence[Sequence[Any]]) -> frozenset[int]:
        """Which of a page's stored words `[text, polygon, confidence, span]` are hidden: by place, or as part of a text."""
        found = {number for number, word in enumerate(words) if self.is_at(page, _box_of(word))}
        letters, owners = [], list[int]()
        for number, word in enumerate(words):
            key = letters_and_digits(word[0])
            letters.append(key)
            owners += [number] * len(key)
        whole = "".join(letters)
        for key in self.keys:
            start = whole.find(key)
            while start >= 0:
                found |= set(owners[start : start + len(key)])
                start = whole.find(key, start + 1)
        return frozenset(found)

    def boxes(self, page: int, words: Sequence[Sequence[Any]]) -> list[BoundingBox]:
        """Everything on a page that is blacked out."""
        hidden = self.words(page, words)
        return [*self.places.get(page, ()), *(_box_of(words[number]) for number in sorted(hidden))]


def _box_of(word: Sequence[Any]) -> BoundingBox:
    return Polygon.from_list(word[1]).bounding_box


def _shared(box: BoundingBox, hidden: BoundingBox) -> bool:
    width = min(box.right, hidden.right) - max(box.left, hidden.left)
    height = min(box.bottom, hidden.bottom) - max(box.top, hidden.top)
    return width > 0 and height > 0 and width * height >= _SHARED * (box.width * box.height or 1e-9)
