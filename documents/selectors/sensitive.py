"""Who may see the values of sensitive fields, and what is hidden from everybody else. Those who review a document see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from accounts.access import Access
from accounts.domain.roles import Permission
from documents.domain.approved import ApprovedContent
from documents.domain.field_ids import Path
from documents.domain.page_layout import KeyValue, PlacedCell
from documents.domain.reasons import VALUE_HIDDEN
from documents.domain.refusals import FILE_WITH_HIDDEN_VALUES
from documents.domain.schema_spec import UnreadableSchema
from documents.domain.sensitive import HIDDEN, Mask, sensitive_paths
from documents.domain.statuses import DocumentStatus
from documents.models import Delivery, Document, FieldValue, Page, SchemaVersion, SubDocument
from documents.selectors.doors import delivery_get_for
from idp_project.core.errors import Forbidden
from idp_project.core.geometry import BoundingBox
from idp_project.core.page_text import PageText

_MOST_CANDIDATES = 3  # of a value that nobody confirmed: another one may be the right one
_READ = (DocumentStatus.IN_REVIEW, DocumentStatus.DELIVERING, DocumentStatus.COMPLETED)


def may_see_sensitive(
    access: Access, *, team_id: UUID | None, batch_id: UUID | None = None, document_id: UUID | None = None
) -> bool:
    """Those who review the document, by role or by a share."""
    place = {"team_id": team_id, "batch_id": batch_id, "document_id": document_id}
    return access.can(Permission.REVIEW_DOCUMENTS, **place)


def mask_for(access: Access, document: Document) -> Mask | None:
    """What the asker may not see of a document whose door they passed; None where they may see everything."""
    if may_see_sensitive(access, team_id=document.team_id, batch_id=document.batch_id, document_id=document.id):
        return None
    return mask_of(document)


def mask_of(document: Document) -> Mask | None:
    """What is hidden of it from those who do not review; None where nothing is sensitive."""
    rows = SubDocument.objects.filter(document=document, schema_version__isnull=False)
    known = _Paths()
    paths = {
        str(row.id): found
        for row in rows.select_related("schema_version__schema")
        if (found := known.of(row.schema_version))
    }
    batch_schema = document.batch.schema_id
    waits = document.status not in _READ and batch_schema is not None and known.newest_has_any(batch_schema)
    if not paths and not waits:
        return None
    values = FieldValue.objects.filter(sub_document__in=list(paths)).select_related("table_row")
    hidden = [_texts_and_places(value) for value in values if path_of(value) in paths[str(value.sub_document_id)]]
    return Mask.of(paths, hidden, is_unread=waits and not hidden)


def delivery_content_for(access: Access, delivery_id: UUID) -> Delivery:
    """A delivery with its content. Raises Forbidden where it has values that the asker may not see."""
    delivery = delivery_get_for(access, delivery_id, Permission.DOWNLOAD_DOCUMENTS)
    check_shown_whole(access, delivery.event.document)
    return delivery


def check_shown_whole(access: Access, document: Document) -> None:
    """Raises Forbidden where the document has values that the asker may not see: what states all of it is not shown."""
    if mask_for(access, document):
        raise Forbidden(FILE_WITH_HIDDEN_VALUES(), code="file_with_hidden_values")


class _Paths:
    """Sensitive paths of versions; the newest one of each type is looked up once."""

    def __init__(self) -> None:
        self._newest: dict[UUID, SchemaVersion | None] = {}

    def of(self, version: SchemaVersion | None) -> frozenset[Path]:
        if version is None:
            return frozenset()
        newest = self._newest_of(version.schema_id)
        try:
            return sensitive_paths(version.spec, newest.spec if newest else None)
        except UnreadableSchema:
            return frozenset()

    def newest_has_any(self, schema_id: UUID) -> bool:
        return bool(self.of(self._newest_of(schema_id)))

    def _newest_of(self, schema_id: UUID) -> SchemaVersion | None:
        if schema_id not in self._newest:
            versions = SchemaVersion.objects.filter(schema_id=schema_id, published_at__isnull=False)
            self._newest[schema_id] = versions.select_related("schema").order_by("-published_at").first()
        return self._newest[schema_id]


def sensitive_paths_by_version(organization_id: UUID, keys: Iterable[str]) -> dict[tuple[str, str], frozenset[Path]]:
    """By key and version of published types, those without a sensitive field left out."""
    versions = SchemaVersion.objects.filter(
        organization_id=organization_id, schema__key__in=list(keys), published_at__isnull=False
    )
    known = _Paths()
    found = ((version, known.of(version)) for version in versions.select_related("schema"))
    return {(version.schema.key, version.number): paths for version, paths in found if paths}


def sensitive_paths_of(version: SchemaVersion | None) -> frozenset[Path]:
    """Of one version: those that it marks, or the newest version of its type."""
    return _Paths().of(version)


def sensitive_paths_now(organization_id: UUID, content: ApprovedContent) -> frozenset[Path]:
    """Of the version by which the content was read, as its type is today: it may have been approved before."""
    versions = SchemaVersion.objects.filter(
        organization_id=organization_id,
        schema__key=content.schema_key,
        number=content.schema_version,
        published_at__isnull=False,
    )
    return sensitive_paths_of(versions.select_related("schema").first())


def path_of(value: FieldValue) -> Path:
    """("", field) or (table, column)."""
    return value.table_row.table if value.table_row else "", value.name


def _texts_and_places(value: FieldValue) -> dict[str, Any]:
    others = [] if value.is_confirmed else value.candidates[:_MOST_CANDIDATES]
    return {
        "texts": [
            value.value,
            value.raw_text,
            *(text for one in others for text in (one.get("value"), one.get("raw_text"))),
        ],
        "places": [value.provenance, *(one.get("provenance") for one in others)],
    }


def hides_value(mask: Mask | None, sub_document_id: UUID, path: Path, *texts: str | None) -> bool:
    """Whether a value is hidden: its field is, or one of its texts says the value of a field that is."""
    return mask is not None and (mask.covers(sub_document_id, *path) or any(mask.hides(text) for text in texts))


def hide_in(sub_document: SubDocument, values: Iterable[FieldValue], mask: Mask) -> None:
    """Takes out of loaded rows, which must not be saved any more, what the mask hides."""
    hide_checks(sub_document, mask)
    for value in values:
        value.sub_document = sub_document  # its checks are masked; a copy's are not
        if hides_value(mask, sub_document.id, path_of(value), value.raw_text, value.value):
            _hide(value)
        else:
            value.candidates = [
                one
                for one in value.candidates
                if not mask.hides(one.get("raw_text")) and not mask.hides(one.get("value"))
            ]
            value.reasons = mask.reasons(value.reasons)


def hide_checks(sub_document: SubDocument, mask: Mask) -> None:
    """What checks and reasons say of hidden values."""
    sub_document.reasons = mask.reasons(sub_document.reasons)
    sub_document.checks = [_hidden_check(check, sub_document, mask) for check in sub_document.checks]


def _hidden_check(check: dict[str, Any], sub_document: SubDocument, mask: Mask) -> dict[str, Any]:
    if not check.get("reason") and not check.get("notes"):
        return check
    speaks = mask.speaks_of(sub_document.id, check["fields"]) or mask.hides(str(check))
    return (
        check | {"reason": VALUE_HIDDEN().to_dict() if check.get("reason") else None, "notes": []} if speaks else check
    )


def _hide(value: FieldValue) -> None:
    if not value.is_empty:
        value.raw_text = HIDDEN
        value.value = HIDDEN if value.value is not None else None
    place = value.provenance or {}
    value.provenance = {**place, "polygon": None, "span": None, "notes": []} if value.provenance else None
    value.candidates, value.reasons = [], []


def shown_metadata(document: Document, mask: Mask) -> dict[str, Any]:
    """What the file says of itself, without what says a hidden value: titles do. Before the values are known, the title goes."""
    return {
        name: value
        for name, value in document.metadata.items()
        if not isinstance(value, str) or not ((mask.is_unread and name == "title") or mask.hides(value))
    }


def shown_words(page: Page, mask: Mask | None) -> list[Any]:
    """A page's words as stored, hidden ones without their text."""
    words = (page.text or {}).get("words", [])
    if mask is None:
        return list(words)
    if mask.is_unread:
        return []
    hidden = mask.words(page.number, words)
    return [[HIDDEN, *word[1:]] if number in hidden else word for number, word in enumerate(words)]


def shown_regions(
    regions: Sequence[dict[str, Any]], mask: Mask | None, page: int | None = None
) -> list[dict[str, Any]]:
    """Regions of pages, those at hidden places or with hidden texts without their text; tick boxes there without their mark."""
    if mask is None:
        return list(regions)
    return [_shown_region(one, mask, one.get("page", page) or 0) for one in regions]


def _shown_region(region: dict[str, Any], mask: Mask, page: int) -> dict[str, Any]:
    is_hidden = mask.is_unread or mask.is_at(page, BoundingBox(*region["box"])) or mask.hides(region.get("text"))
    return (
        {**region, "text": "", "is_marked": None, **({"label": ""} if "label" in region else {})}
        if is_hidden
        else region
    )


def shown_cells(cells: Iterable[PlacedCell], mask: Mask) -> Iterator[PlacedCell]:
    """Cells of a table that was found without a schema."""
    for placed in cells:
        is_hidden = mask.is_at(placed.page, BoundingBox(*placed.cell.box)) or mask.hides(placed.cell.text)
        yield replace(placed, cell=replace(placed.cell, text=HIDDEN)) if is_hidden else placed


def shown_pair(page: int, pair: KeyValue, mask: Mask) -> KeyValue:
    """A label with its value."""
    is_hidden = mask.is_at(page, BoundingBox(*pair.value_box)) or mask.hides(pair.value) or mask.hides(pair.key)
    return replace(pair, value=HIDDEN, key=mask.text(pair.key)) if is_hidden else pair


def hidden_spans(page: Page, mask: Mask) -> list[tuple[int, int]]:
    """Characters of the page's text that are hidden."""
    if page.text is None:
        return []
    words = page.text.get("words", [])
    if mask.is_unread:
        return [(0, len(PageText.from_dict(page.text).text))]
    return [(words[number][3][0], words[number][3][1]) for number in sorted(mask.words(page.number, words))]
