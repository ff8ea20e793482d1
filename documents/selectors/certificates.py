"""The birth certificate of an approved value: what it is, where it is printed, who answers for it and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from accounts.access import Access
from documents.domain.approved import ApprovedCell, ApprovedContent
from documents.domain.checks.present_values import cell_name, item_name
from documents.domain.consumers import PDB_SYNC
from documents.domain.overrides import Override
from documents.domain.refusals import FILE_WITH_HIDDEN_VALUES
from documents.domain.schema_spec import FieldSpec, SchemaSpec, TableSpec
from documents.domain.statuses import SubDocumentStatus
from documents.models import ApprovedVersion, Delivery, Event, FieldValue, Page, SubDocument
from documents.models.approval import EventKind
from documents.selectors.doors import sub_document_get_for
from documents.selectors.history import ValueChange, field_value_history
from documents.selectors.sensitive import hides_value, mask_for
from idp_project.core.errors import Forbidden, NotFound
from idp_project.core.geometry import BoundingBox


@dataclass(frozen=True)
class Certificate:
    """Of one value of the newest approved version. Times are None where they are not known; `page_id` is None where the page,
    or the value's place on it, is gone. `path` is how checks name the value: `total`, `orders[2]`, `line_items[3].amount`.

    `rests_on`: the bound of an automatic approval; `overrides`: failed checks about it with which a person approved.
    """

    sub_document: SubDocument
    content: ApprovedContent
    cell: ApprovedCell
    path: str
    label: str
    row: int
    page_id: UUID | None
    received_at: datetime
    corrected_at: datetime | None
    approved_at: datetime | None
    delivered_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str
    is_automatic: bool
    overrides: tuple[Override, ...]
    history: Sequence[ValueChange]

    @property
    def document_id(self) -> UUID:
        return self.sub_document.document_id

    @property
    def is_withdrawn(self) -> bool:
        return self.sub_document.status == SubDocumentStatus.WITHDRAWN

    @property
    def page(self) -> int | None:
        return self.cell.provenance.page_number if self.cell.provenance else None

    @property
    def polygon(self) -> list[float] | None:
        place = self.cell.provenance
        return place.polygon.to_list() if place and place.polygon else None

    @property
    def rectangle(self) -> BoundingBox | None:
        """In page coordinates."""
        place = self.cell.provenance
        return place.polygon.bounding_box if place and place.polygon else None

    @property
    def xml_path(self) -> str:
        """Where an electronic invoice states it."""
        return self.cell.provenance.xml_path if self.cell.provenance else ""

    @property
    def engine(self) -> str:
        place = self.cell.provenance
        return f"{place.engine} {place.engine_version}" if place else ""

    @property
    def is_from_person(self) -> bool:
        """Whether a person typed it, or took it from words of the page."""
        return bool(self.cell.corrected_by) and (not self.cell.provenance or self.cell.provenance.engine == "person")

    @property
    def model(self) -> str:
        """Of a language model: what follows the slash in the engine's name."""
        return self.cell.provenance.engine.partition("/")[2] if self.cell.provenance else ""

    @property
    def notes(self) -> list[str]:
        return [str(note) for note in self.cell.provenance.notes] if self.cell.provenance else []

    @property
    def rests_on(self) -> Mapping[str, Any] | None:
        return self.content.rests_on

    @property
    def value(self) -> str:
        return self.cell.value if self.cell.value is not None else self.cell.raw_text


def certificate_for(access: Access, sub_document_id: UUID, path: str) -> Certificate:
    """Raises NotFound where the sub-document cannot be seen, was never approved, was erased, or has no such value, and
    Forbidden where the asker may not see the value."""
    sub_document = sub_document_get_for(access, sub_document_id)
    version = ApprovedVersion.objects.filter(sub_document=sub_document).order_by("-number").first()
    content = version.approved if version and version.content else None
    found = _cell_at(content, path) if content else None
    if version is None or content is None or found is None:
        raise NotFound
    table, row, cell = found
    mask = mask_for(access, sub_document.document)
    if hides_value(mask, sub_document.id, (table, cell.name), *_texts(cell)):
        raise Forbidden(FILE_WITH_HIDDEN_VALUES(), code="file_with_hidden_values")
    value = _stored(sub_document, table, row, cell)
    withdrawn = Event.objects.filter(sub_document=sub_document, kind=EventKind.WITHDRAWN).order_by("-sequence").first()
    is_withdrawn = sub_document.status == SubDocumentStatus.WITHDRAWN
    return Certificate(
        sub_document=sub_document,
        content=content,
        cell=cell,
        path=path,
        label=_label(sub_document, table, cell),
        row=row,
        page_id=_page_of(sub_document, cell),
        received_at=sub_document.document.source_file.created_at,
        corrected_at=value.corrected_at if value and cell.corrected_by else None,
        approved_at=parse_datetime(content.approved_at),
        delivered_at=_delivered_at(sub_document, version.number),
        withdrawn_at=withdrawn.created_at if withdrawn and is_withdrawn else None,
        withdrawn_by=str(withdrawn.payload.get("approved_by", "")) if withdrawn and is_withdrawn else "",
        is_automatic=version.is_automatic,
        overrides=()
        if mask  # their messages repeat values of other fields
        else tuple(override for override in content.overrides if _is_about(override, table, row, cell)),
        history=field_value_history(access, value.id) if value else [],
    )


def _texts(cell: ApprovedCell) -> list[str | None]:
    deviation = cell.deviation or {}
    return [cell.value, cell.raw_text, deviation.get("stated"), deviation.get("printed")]


def _cell_at(content: ApprovedContent, path: str) -> tuple[str, int, ApprovedCell] | None:
    """(table, row, cell); "" and 0 for a field."""
    for cell in content.fields:
        if item_name(cell.name, cell.item) == path:
            return "", 0, cell
    for table, rows in content.tables.items():
        for number, row in enumerate(rows, start=1):
            for cell in row:
                if cell_name(table, number, cell.name) == path:
                    return table, number, cell
    return None


def _stored(sub_document: SubDocument, table: str, row: int, cell: ApprovedCell) -> FieldValue | None:
    """The field value that was approved, as long as it is still the same. Rows without values are not counted."""
    values = FieldValue.objects.filter(sub_document=sub_document, name=cell.name, item=cell.item)
    if not table:
        found = values.filter(table_row=None).first()
    else:
        rows = FieldValue.objects.filter(sub_document=sub_document, table_row__table=table)
        numbers = sorted(set(rows.values_list("table_row__number", flat=True)))
        number = numbers[row - 1] if row <= len(numbers) else 0
        found = values.filter(table_row__table=table, table_row__number=number).first()
    return found if found and (found.value, found.raw_text) == (cell.value, cell.raw_text) else None


def _label(sub_document: SubDocument, table: str, cell: ApprovedCell) -> str:
    schema: SchemaSpec | None = sub_document.schema_version.shown_spec if sub_document.schema_version else None
    spec: FieldSpec | None = schema.spec_of(cell.name, table or None) if schema else None
    label = spec.label if spec else cell.name.replace("_", " ")
    of_table: TableSpec | None = next((one for one in schema.tables if one.name == table), None) if schema else None
    return f"{of_table.label}: {label}" if of_table else f"{label} {cell.item}" if cell.item else label


def _page_of(sub_document: SubDocument, cell: ApprovedCell) -> UUID | None:
    if cell.provenance is None:
        return None
    pages = Page.objects.filter(document_id=sub_document.document_id, number=cell.provenance.page_number)
    return pages.exclude(image_name="").values_list("id", flat=True).first()


def _delivered_at(sub_document: SubDocument, number: int) -> datetime | None:
    deliveries = Delivery.objects.filter(event__sub_document=sub_document, event__sequence=number, consumer=PDB_SYNC)
    return deliveries.values_list("delivered_at", flat=True).first()


def _is_about(override: Override, table: str, row: int, cell: ApprovedCell) -> bool:
    names = (
        {cell_name(table, row, cell.name), f"{table}.{cell.name}"}
        if table
        else {cell.name, item_name(cell.name, cell.item)}
    )
    return bool(names & set(override.fields))
