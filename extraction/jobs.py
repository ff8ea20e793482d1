"""RQ's entry points: ids only, three lines each."""

from uuid import UUID

from documents.progress import coalesced
from documents.services.running.pauses import unless_paused
from extraction.runner import conductor, learning, reconciliation, rescoring
from extraction.runner.trial import rehearse
from idp_project.core.job_names import by_earlier_name

__getattr__ = by_earlier_name(globals())


@coalesced()
def document_advance_job(organization_id: str, document_id: str) -> None:
    conductor.document_advance(UUID(organization_id), UUID(document_id))


@unless_paused
@coalesced()
def document_step_execute_job(organization_id: str, step_run_id: str) -> None:
    conductor.document_step_execute(UUID(organization_id), UUID(step_run_id))


@unless_paused
@coalesced()
def pages_process_job(organization_id: str, document_id: str, page_ids: list[str]) -> None:
    conductor.pages_process(UUID(organization_id), UUID(document_id), [UUID(page_id) for page_id in page_ids])


@unless_paused
@coalesced()
def sub_document_process_job(organization_id: str, sub_document_id: str) -> None:
    conductor.sub_document_process(UUID(organization_id), UUID(sub_document_id))


def reconcile_job() -> None:
    reconciliation.reconcile()


def gates_rescore_due_job() -> None:
    rescoring.gates_rescore_due()


def rehearsal_process_job(organization_id: str, rehearsed_ids: list[str]) -> None:
    rehearse.rehearsal_process(UUID(organization_id), [UUID(row_id) for row_id in rehearsed_ids])


def rehearsals_due_job() -> None:
    rehearse.rehearsals_resume()


def decision_learn_job(organization_id: str, sub_document_id: str) -> None:
    learning.decision_learn(UUID(organization_id), UUID(sub_document_id))


def decisions_learn_due_job() -> None:
    learning.decisions_learn_due()
