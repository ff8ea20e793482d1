"""Clusters of sightings as proposed fields: named, typed, valid in a definition as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from documents.domain.date_range import Side
from documents.domain.drafts.names import name_for
from documents.domain.drafts.problems import LONGEST_LABEL
from documents.domain.field_types.registry import field_type
from documents.domain.notation import Notation
from documents.domain.plain_text import plain
from documents.domain.schema_spec import FieldType
from documents.domain.words import Words
from documents.domain.words.own import built_in_by_language
from extraction.runner.proposals.business_fields import LABEL_OF_ROLE, NAME_OF_ROLE
from extraction.runner.proposals.inference import type_of_all
from extraction.runner.proposals.merging import Cluster
from extraction.runner.proposals.sightings import Sighting
from extraction.runner.proposals.tables import polygon_of

MOST = 60
_MOST_EXAMPLES = 5  # of values that are kept in the definition
_MOST_ITEMS = 20
_SIDE_NAMES = {Side.BEGIN: "from", Side.END: "to"}
_SIDE_GROUPS = {Side.BEGIN: "period_begin", Side.END: "period_end"}


def field_proposal(
    cluster: Cluster,
    score: float,
    document_ids: Sequence[UUID],
    notation: Notation,
    words: Words,
    taken: set[str],
    known_labels: Mapping[str, str],
) -> dict[str, Any]:
    """As JSON. `taken` are names that are used; the new one is added. `known_labels`: plain label to name, of the draft."""
    label, aliases, is_printed = labels_of(cluster, notation.locale)
    kind = _type_of(cluster, notation, words, label)
    name = name_for(_name_text(cluster, label), taken)
    taken.add(name)
    is_list = _is_list(cluster)
    field: dict[str, Any] = {"name": name, "label": label, "type": kind.value, "aliases": aliases}
    if is_list:
        field["is_list"] = True
    if examples := _examples(cluster, kind, notation):
        field["examples"] = examples
    return {
        "field": field,
        "score": round(score, 4),
        "occurs_in": len(cluster.sightings),
        "of": len(document_ids),
        "is_label_printed": is_printed,
        "in_draft": next((known_labels[key] for one in (label, *aliases) if (key := plain(one)) in known_labels), ""),
        "values": [
            value_view(one, kind, notation, document_ids[number])
            for number, mine in cluster.sightings.items()
            for one in (mine[:_MOST_ITEMS] if is_list else mine[:1])
        ],
    }


def labels_of(cluster: Cluster, locale: str) -> tuple[str, list[str], bool]:
    """(label, aliases, whether it is printed). One of two dates says which one; what is not printed has the name of its part."""
    printed = [label[:LONGEST_LABEL] for label in cluster.labels]
    role = cluster.role
    if not printed:
        if role in LABEL_OF_ROLE:
            return gettext(LABEL_OF_ROLE[role]), [], False
        return field_label(cluster.first.type), [], False
    if cluster.side is None:
        return printed[0], printed[1:], True
    word = _side_word(cluster.side, locale)
    return f"{printed[0]} {word}"[:LONGEST_LABEL], printed, True


def field_label(kind: FieldType) -> str:
    """What a field of that type is called that has no label."""
    return gettext(field_type(kind).label)


def _side_word(side: Side, locale: str) -> str:
    by_language = built_in_by_language()
    for language in (locale[:2], "en"):
        if words := by_language.get(language, {}).get(_SIDE_GROUPS[side]):
            return next((word for word in words if word == _SIDE_NAMES[side]), words[0])
    return _SIDE_NAMES[side]


def _name_text(cluster: Cluster, label: str) -> str:
    if not cluster.labels and cluster.role in NAME_OF_ROLE:
        return NAME_OF_ROLE[cluster.role]
    if cluster.side and cluster.labels:
        return f"{cluster.labels[0]} {_SIDE_NAMES[cluster.side]}"
    return label


def _type_of(cluster: Cluster, notation: Notation, words: Words, label: str) -> FieldType:
    """That of all sightings where they agree, else what reads most of their texts."""
    kinds = {one.type for one in cluster.best}
    if len(kinds) == 1:
        return kinds.pop()
    return type_of_all([one.raw_text for one in cluster.best], notation, words, label=label)


def _is_list(cluster: Cluster) -> bool:
    """Whether most examples state several values under the label, one below or behind the other."""
    if cluster.role or cluster.side or not cluster.labels or cluster.first.type is FieldType.TEXT:
        return False
    several = [mine for mine in cluster.sightings.values() if 2 <= len({one.raw_text for one in mine}) <= _MOST_ITEMS]
    return 2 * len(several) > len(cluster.sightings)


def _examples(cluster: Cluster, kind: FieldType, notation: Notation) -> list[str]:
    """Printed values that the definition takes: each can be read as the type."""
    found: dict[str, None] = {}
    for one in cluster.best:
        text = " ".join(one.raw_text.split())
        if len(text) <= LONGEST_LABEL and field_type(kind).normalize(text, notation.locale, ()) is not None:
            found.setdefault(text, None)
    return list(found)[:_MOST_EXAMPLES]


def value_view(one: Sighting, kind: FieldType, notation: Notation, document_id: UUID) -> dict[str, Any]:
    value = one.value if one.type is kind else field_type(kind).read_in(one.raw_text, notation)
    return {
        "document_id": document_id,
        "label": one.label,
        "raw_text": one.raw_text,
        "value": value,
        "page": one.page,
        "polygon": polygon_of(one.box),
        "label_polygon": polygon_of(one.label_box) if one.label_box else None,
    }
