"""The blind sample: what the machine read is hidden until a person has entered what is printed, then both are compared."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.services.audit.trail import audit_record
from documents.domain.auto_approval import AutoApproval
from documents.domain.checks.present_values import item_name
from documents.domain.field_types.registry import field_type
from documents.domain.pipeline import PIPELINE
from documents.domain.reasons import BLIND_DIFFERS, BLIND_SAMPLE, SENT_TO_REVIEW
from documents.domain.schema_spec import FieldType
from documents.domain.statuses import Route
from documents.models import FieldValue, StepRun, SubDocument
from documents.selectors.earned import rule_of_sub_document
from documents.services.approving.checks import sub_document_check
from documents.services.approving.evidence import is_each_value_confirmed
from documents.services.running.step_runs import step_runs_note
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.reasons import Reason
from review.domain.refusals import BLIND_INCOMPLETE, COMPARE_FIRST, NOT_BLIND
from review.models import Examination, ReviewTask

_PURPOSE = b"blind-sample:"


def is_drawn(sub_document: SubDocument) -> bool:
    """Whether a sub-document that goes to a person belongs to the blind sample of its type.

    A keyed hash of its id decides: nobody without the key can tell or choose, and asking again gives the same. What a person
    has arranged or set a value of is not drawn, nor a type that is never automatic.
    """
    version = sub_document.schema_version
    if version is None or version.schema.auto_approval == AutoApproval.NEVER or sub_document.arranged_by_id:
        return False
    if sub_document.approved_version_number or sub_document.field_values.filter(is_confirmed=True).exists():
        return False
    schema = version.schema
    is_earned = rule_of_sub_document(sub_document).is_allowed
    percent = schema.blind_percent_earned if is_earned else schema.blind_percent
    return is_among(sub_document.id, percent)


def is_among(object_id: UUID, percent: int) -> bool:
    """Whether an id is among that share of all ids, by a hash under the installation's key."""
    digest = hmac.new(settings.SECRET_KEY.encode(), _PURPOSE + object_id.bytes, hashlib.sha256).digest()
    return int.from_bytes(digest[:8]) * 100 < percent << 64


@transaction.atomic
def blind_compare(access: Access, task: ReviewTask) -> list[FieldValue]:
    """Shows what the machine read beside what the person entered; gives the fields in which they differ, which the person
    has to settle then.

    For a task on the asker's desk, its sub-document locked. InvalidInput while a required field has no entry, Conflict where
    the task is not blind or is compared already.
    """
    sub_document = task.sub_document
    if not sub_document.is_blind:
        raise Conflict(NOT_BLIND(), code="not_blind")
    values = list(FieldValue.objects.filter(sub_document=sub_document, table_row__isnull=True))
    check_complete(sub_document, values)
    task.blind_entries = {_path(value): _entry(value) for value in values}
    task.compared_at = timezone.now()
    task.save(update_fields=["blind_entries", "compared_at"])
    differing = [value for value in values if text_key(value, _entry(value)) != text_key(value, _machine_text(value))]
    for value in differing:
        entered, read = _entry(value) or "–", _machine_text(value) or "–"
        dispute(value, BLIND_DIFFERS(label=label_of(sub_document, value), entered=entered, read=read))
    reveal(sub_document)
    sub_document_check(sub_document)
    audit_record(
        access,
        "blind_sample_compared",
        object_kind="sub_document",
        object_id=sub_document.id,
        details={"fields": len(values), "differing": sorted({value.name for value in differing})},
    )
    return differing


def hide(sub_document: SubDocument) -> None:
    """From now on nothing that the machine read is shown, nor why its step sent the document to a person."""
    sub_document.is_blind = True
    sub_document.save(update_fields=["is_blind"])
    untaken = StepRun.objects.filter(unit_id=sub_document.id, step__in=PIPELINE.names_on_route(Route.AUTO))
    step_runs_note(untaken, reason=SENT_TO_REVIEW(reason=BLIND_SAMPLE()))


def reveal(sub_document: SubDocument) -> None:
    """What the machine read is shown again."""
    if sub_document.is_blind:
        sub_document.is_blind = False
        sub_document.save(update_fields=["is_blind"])


def check_compared(task: ReviewTask) -> None:
    """Raises Conflict while a blind sample is not compared: then nobody knows what would be approved."""
    if task.sub_document.is_blind:
        raise Conflict(COMPARE_FIRST(), code="compare_first")


def examination_of(task: ReviewTask) -> Examination:
    """How closely the document was looked at, when it is approved now."""
    if task.is_blind and task.compared_at:
        return Examination.BLIND
    return Examination.CONFIRMED if is_each_value_confirmed(task.sub_document) else Examination.NOT_EXAMINED


def has_slip(task: ReviewTask) -> bool:
    """Whether the reviewer of a blind sample put an own entry right after the comparison."""
    entries = task.blind_entries or {}
    values = FieldValue.objects.filter(sub_document=task.sub_document, table_row__isnull=True)
    return any(
        text_key(value, entries.get(_path(value), "")) != text_key(value, _present_text(value)) for value in values
    )


def check_complete(sub_document: SubDocument, values: list[FieldValue]) -> None:
    """Raises InvalidInput while a required field has no entry."""
    version = sub_document.schema_version
    entered = {value.name for value in values if value.is_confirmed}
    required = [field for field in (version.spec.fields if version else ()) if field.is_required]
    if missing := [field.label for field in required if field.name not in entered]:
        raise InvalidInput(BLIND_INCOMPLETE(labels=", ".join(missing)), code="blind_incomplete")


def dispute(value: FieldValue, reason: Reason) -> None:
    """From now on it is nobody's, until a person settles it."""
    value.is_confirmed, value.reasons = False, [reason]
    value.save(update_fields=["is_confirmed", "reasons"])


def label_of(sub_document: SubDocument, value: FieldValue) -> str:
    """As its type calls it."""
    version = sub_document.schema_version
    spec = value.spec_in(version.spec if version else None)
    return spec.label if spec else value.name


def _path(value: FieldValue) -> str:
    return item_name(value.name, value.item)


def _entry(value: FieldValue) -> str:
    """What the person entered; nothing where they left it."""
    return _present_text(value) if value.is_confirmed else ""


def _present_text(value: FieldValue) -> str:
    return value.value if value.value is not None else value.raw_text


def _machine_text(value: FieldValue) -> str:
    first = value.candidates[0] if value.candidates else {}
    return str(first.get("value") or first.get("raw_text", ""))


def text_key(value: FieldValue, text: str) -> str:
    """The same for texts that mean the same in a value of its type."""
    return field_type(FieldType(value.type)).merge_key(text) if text else ""
