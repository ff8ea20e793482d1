"""The names of all jobs. A lower storey starts work above it by name; a test resolves every one.

The payload of a job is ids and the organisation, nothing else.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any


class JobName(StrEnum):
    """Dotted path of the function that RQ calls, without the `_job` that ends its name: workers of the release before, which may
    run meanwhile, know no other. The next release may write the whole name."""

    DOCUMENT_ADVANCE = "extraction.jobs.document_advance"
    DOCUMENT_STEP_EXECUTE = "extraction.jobs.document_step_execute"
    PAGES_PROCESS = "extraction.jobs.pages_process"
    SUB_DOCUMENT_PROCESS = "extraction.jobs.sub_document_process"
    EVENT_DELIVER = "pdb_sync.jobs.event_deliver"
    DOCUMENT_INDEX = "rag.jobs.document_index"
    EVENT_INDEX = "rag.jobs.event_index"
    RESET_LINK_MAIL = "accounts.jobs.reset_link_mail"
    ACCOUNT_NOTICE_MAIL = "accounts.jobs.account_notice_mail"
    RECONCILE = "extraction.jobs.reconcile"
    EVENTS_RELAY_DUE = "pdb_sync.jobs.events_relay_due"
    TYPED_VIEWS_RECONCILE = "pdb_sync.jobs.typed_views_reconcile"
    DOCUMENTS_INDEX_DUE = "rag.jobs.documents_index_due"
    AUDIT_ANCHORS_KEEP = "accounts.jobs.audit_anchors_keep"
    UPLOADS_EXPIRE = "documents.jobs.uploads_expire"
    PDB_RECONCILE = "pdb_sync.jobs.pdb_reconcile"
    PDB_RECONCILE_DUE = "pdb_sync.jobs.pdb_reconcile_due"
    RETENTION_DUE = "documents.jobs.retention_due"
    BATCH_DELETION_ADVANCE = "documents.jobs.batch_deletion_advance"
    DELETIONS_DUE = "documents.jobs.deletions_due"
    FILE_SWEEPS_DUE = "documents.jobs.file_sweeps_due"
    REREADING_ADVANCE = "review.jobs.rereading_advance"
    REREADINGS_DUE = "review.jobs.rereadings_due"
    REVIEW_LEASES_DUE = "review.jobs.review_leases_due"
    NOTIFICATION_MAIL = "review.jobs.notification_mail"
    NOTIFICATION_MAILS_DUE = "review.jobs.notification_mails_due"
    LATE_WORK_MAIL_DUE = "review.jobs.late_work_mail_due"
    GATES_RESCORE_DUE = "extraction.jobs.gates_rescore_due"
    REHEARSAL_PROCESS = "extraction.jobs.rehearsal_process"
    REHEARSALS_DUE = "extraction.jobs.rehearsals_due"
    DECISION_LEARN = "extraction.jobs.decision_learn"
    DECISIONS_LEARN_DUE = "extraction.jobs.decisions_learn_due"


# Those of the pipeline's steps wait in the queue of the step that comes next: documents/domain/pipeline.py.
QUEUE_OF_JOB = {
    JobName.DOCUMENT_ADVANCE: "io",
    JobName.EVENT_DELIVER: "io",
    JobName.DOCUMENT_INDEX: "llm-local",  # the queue that workers look at last: pages come first
    JobName.EVENT_INDEX: "llm-local",
    JobName.RESET_LINK_MAIL: "io",
    JobName.ACCOUNT_NOTICE_MAIL: "io",
    JobName.RECONCILE: "io",
    JobName.EVENTS_RELAY_DUE: "io",
    JobName.TYPED_VIEWS_RECONCILE: "io",
    JobName.DOCUMENTS_INDEX_DUE: "io",
    JobName.AUDIT_ANCHORS_KEEP: "io",
    JobName.UPLOADS_EXPIRE: "io",
    JobName.PDB_RECONCILE: "io",
    JobName.PDB_RECONCILE_DUE: "io",
    JobName.RETENTION_DUE: "io",
    JobName.BATCH_DELETION_ADVANCE: "io",
    JobName.DELETIONS_DUE: "io",
    JobName.FILE_SWEEPS_DUE: "io",
    JobName.REREADING_ADVANCE: "io",
    JobName.REREADINGS_DUE: "io",
    JobName.REVIEW_LEASES_DUE: "io",
    JobName.NOTIFICATION_MAIL: "io",
    JobName.NOTIFICATION_MAILS_DUE: "io",
    JobName.LATE_WORK_MAIL_DUE: "io",
    JobName.GATES_RESCORE_DUE: "llm-local",
    JobName.REHEARSAL_PROCESS: "llm-local",
    JobName.REHEARSALS_DUE: "llm-local",
    JobName.DECISION_LEARN: "io",
    JobName.DECISIONS_LEARN_DUE: "llm-local",
}

DOCUMENT_QUEUES = ("io", "cpu")  # of the documents' own steps; indexing for questions may wait

# What the express lane takes: the way of a document. Deletions, comparisons and the clock's jobs may take long.
EXPRESS_JOBS = (
    JobName.DOCUMENT_ADVANCE,
    JobName.DOCUMENT_STEP_EXECUTE,
    JobName.SUB_DOCUMENT_PROCESS,
    JobName.EVENT_DELIVER,
)

# What the clock has a worker do, and how many times RECONCILE_SECONDS lie between.
PERIODIC_JOBS = {
    JobName.RECONCILE: 1,
    JobName.EVENTS_RELAY_DUE: 1,
    JobName.TYPED_VIEWS_RECONCILE: 6,
    JobName.DOCUMENTS_INDEX_DUE: 6,
    JobName.AUDIT_ANCHORS_KEEP: 60,
    JobName.UPLOADS_EXPIRE: 60,
    JobName.PDB_RECONCILE_DUE: 6,
    JobName.RETENTION_DUE: 6,
    JobName.DELETIONS_DUE: 3,
    JobName.FILE_SWEEPS_DUE: 6,
    JobName.REREADINGS_DUE: 3,
    JobName.REVIEW_LEASES_DUE: 1,
    JobName.NOTIFICATION_MAILS_DUE: 10,
    JobName.LATE_WORK_MAIL_DUE: 30,
    JobName.GATES_RESCORE_DUE: 6,
    JobName.REHEARSALS_DUE: 6,
    JobName.DECISIONS_LEARN_DUE: 6,
}


def by_earlier_name(module: dict[str, Any]) -> Callable[[str], Callable[..., None]]:
    """Returns the `__getattr__` of a module of jobs, given its names: finds a job by its name without `_job`. It raises
    AttributeError for other names."""

    def job_of(name: str) -> Callable[..., None]:
        if f"{name}_job" not in module:
            raise AttributeError(name)
        found: Callable[..., None] = module[f"{name}_job"]
        return found

    return job_of
