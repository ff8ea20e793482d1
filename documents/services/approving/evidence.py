"""Adding evidence: an examined document, and whether everything that the machine had read of it was right."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from documents.domain.earned.strata import Stratum
from documents.models import Evidence, EvidenceSource, FieldValue, Schema, SchemaVersion, SubDocument
from documents.selectors.as_read import keys_of, tables_with_other_rows
from documents.selectors.earned import major_of
from documents.services.approving.gates import gates_settle, schema_gates_lock


def wrong_fields_of(sub_document: SubDocument) -> list[str]:
    """The names of fields and columns in which the present values differ from what the machine had read, in order."""
    values = list(FieldValue.objects.filter(sub_document=sub_document).order_by("position", "item"))
    found = [value.name for value in values if _is_changed(value)]
    found += tables_with_other_rows([sub_document.id]).get(sub_document.id, [])
    return list(dict.fromkeys(found))


def is_each_value_confirmed(sub_document: SubDocument) -> bool:
    """Whether a person set or confirmed every field, the empty ones too, and every cell, each by an act of its own. Fields that
    only electronic invoices fill, and that are absent, are not asked for."""
    values = FieldValue.objects.filter(sub_document=sub_document)
    version = sub_document.schema_version
    wanted = {field.name for field in version.spec.printed.fields} if version else set()
    known = set(values.filter(table_row__isnull=True).values_list("name", flat=True))
    return wanted <= known and bool(known) and not values.filter(is_confirmed=False).exists()


@transaction.atomic
def evidence_add(
    sub_document: SubDocument,
    source: EvidenceSource,
    *,
    wrong_fields: list[str] | None,
    has_slip: bool = False,
    user_id: UUID | None = None,
    version: SchemaVersion | None = None,
) -> None:
    """Adds an examined document to the evidence and settles the gates of its type. `wrong_fields` None: the document as
    a whole was wrong, for example of another type; empty: all of it was right. `version` is its type then, else its own.

    A document that is examined again stays where it was in the order; once wrong, it stays wrong. Nothing is added for one
    that an earlier release read. The caller holds the sub-document's lock.
    """
    version = version or sub_document.schema_version
    if version is None or not sub_document.model:
        return
    schema = schema_gates_lock(version.schema_id)
    key = _key_of(sub_document, schema, version)
    known = Evidence.objects.filter(sub_document_id=sub_document.id, **key).first()
    row = known or Evidence(
        organization_id=sub_document.organization_id,
        sub_document_id=sub_document.id,
        reader=sub_document.reader,
        stratum=sub_document.stratum or Stratum.OTHER.value,
        is_in_range=sub_document.is_in_range,
        is_right=True,
        decided_at=timezone.now(),
        **key,
    )
    row.source, row.decided_by_id = source.value, user_id
    row.has_slip = row.has_slip or has_slip
    row.is_right = row.is_right and wrong_fields == []
    row.wrong_fields = list(dict.fromkeys([*row.wrong_fields, *(wrong_fields or [])]))
    row.save()
    gates_settle(schema, major=row.major, model=row.model, calibrator=row.calibrator)


@transaction.atomic
def evidence_rescored(origin: Evidence, *, key: dict[str, str], is_in_range: bool, wrong_fields: list[str]) -> None:
    """What another extractor, of the digests `key`, makes of an examined document; at the place of its decision."""
    Evidence.objects.get_or_create(
        sub_document_id=origin.sub_document_id,
        schema_id=origin.schema_id,
        major=origin.major,
        model=key["model"],
        calibrator=key["calibrator"],
        defaults={
            "organization_id": origin.organization_id,
            "reader": key["reader"],
            "stratum": origin.stratum,
            "source": EvidenceSource.RESCORED.value,
            "is_in_range": is_in_range,
            "is_right": not wrong_fields,
            "wrong_fields": wrong_fields,
            "decided_at": origin.decided_at,
        },
    )


@transaction.atomic
def automatic_approval_examined(sub_document: SubDocument, *, user_id: UUID | None, is_withdrawn: bool = False) -> None:
    """A person corrected or withdrew what had been approved automatically, or what an examined decision had approved: an
    error where anything was changed, else nothing."""
    wrong = None if is_withdrawn else wrong_fields_of(sub_document)
    if wrong == []:
        return
    was_automatic = sub_document.approved_versions.filter(is_automatic=True).exists()
    was_examined = Evidence.objects.filter(sub_document_id=sub_document.id).exists()
    if was_automatic or was_examined:
        evidence_add(sub_document, EvidenceSource.AUTOMATIC, wrong_fields=wrong, user_id=user_id)


def _key_of(sub_document: SubDocument, schema: Schema, version: SchemaVersion) -> dict[str, object]:
    return {
        "schema": schema,
        "major": major_of(version),
        "model": sub_document.model,
        "calibrator": sub_document.calibrator,
    }


def _is_changed(value: FieldValue) -> bool:
    read, stands = keys_of(value.type, value.candidates[0] if value.candidates else {}, value.value, value.raw_text)
    return read != stands
