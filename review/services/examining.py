"""What a decision says of the machine: whether the document was examined, and whether everything was right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.access import Access
from documents.models import EvidenceSource, SchemaVersion, SubDocument
from documents.services.approving.evidence import automatic_approval_examined, evidence_add, wrong_fields_of
from review.models import UNDECIDED, Examination, ReviewTask
from review.services.blind import examination_of, has_slip

_SOURCES = {Examination.BLIND: EvidenceSource.BLIND, Examination.CONFIRMED: EvidenceSource.CONFIRMED}


@dataclass(frozen=True)
class Examined:
    """What the person found, read before the decision changes anything. `wrong_fields` as in `evidence_add`; `version`: the
    type that the machine had found; `is_again`: it had been approved before."""

    sub_document: SubDocument
    version: SchemaVersion | None
    examination: Examination
    wrong_fields: list[str] | None
    has_slip: bool
    is_again: bool

    def keep(self, access: Access) -> None:
        """Adds it to the evidence, where it was examined. Call it after what the decision writes (see `locks.py`)."""
        if self.is_again:
            if self.wrong_fields is not None:  # a rejection withdraws, and that counts by itself
                automatic_approval_examined(self.sub_document, user_id=access.user_id)
        elif self.examination is not Examination.NOT_EXAMINED:
            evidence_add(
                self.sub_document,
                _SOURCES[self.examination],
                wrong_fields=self.wrong_fields,
                has_slip=self.has_slip,
                user_id=access.user_id,
                version=self.version,
            )


def examined_now(task: ReviewTask, *, is_approved: bool) -> Examined:
    """Of a task that is being decided. What is not approved is wrong as a whole; in the blind sample that counts."""
    sub_document = task.sub_document
    is_again = bool(sub_document.approved_version_number)
    if is_approved:
        examination, wrong = examination_of(task), wrong_fields_of(sub_document)
    else:
        examination, wrong = (Examination.BLIND if task.is_blind else Examination.NOT_EXAMINED), None
    slipped = examination is Examination.BLIND and is_approved and has_slip(task)
    return Examined(sub_document, sub_document.schema_version, examination, wrong, slipped, is_again)


def examined_as_arranged(sub_document_ids: Iterable[UUID]) -> list[Examined]:
    """Of the blind sample among sub-documents whose pages or type a person is about to set: the machine had them wrong."""
    tasks = ReviewTask.objects.filter(sub_document_id__in=list(sub_document_ids), is_blind=True, status__in=UNDECIDED)
    found = tasks.filter(sub_document__is_in_range=True).select_related("sub_document__schema_version")
    return [
        Examined(task.sub_document, task.sub_document.schema_version, Examination.BLIND, None, False, False)
        for task in found
    ]
