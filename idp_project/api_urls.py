"""All REST routes, version 1."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import include, path

from accounts.access import opens_own_scopes
from documents.api import (
    auto_approval,
    batches,
    certificates,
    deliveries,
    documents,
    e_invoices,
    layout,
    library,
    master_lists,
    processing,
    retention,
    schemas,
    sharing,
    uploads,
    words,
)
from extraction import api as extraction
from idp_project.core.bodies import takes_files
from idp_project.core.rate_limits import limited
from idp_project.core.strict_views import StrictInput
from idp_project.web.api_description import DescriptionView
from pdb_sync import api as pdb_sync
from rag import api as rag
from review.api import rules as review_rules
from review.api import tasks as review
from review.api import work as review_work


def _files(most_bytes: str, view: type[StrictInput]) -> Callable[..., HttpResponseBase]:
    return limited("uploads")(takes_files(most_bytes)(view.as_view()))


urlpatterns = [
    path("openapi/", DescriptionView.as_view(), name="openapi"),
    path("", include("accounts.api_urls")),
    path("schemas/", schemas.SchemaListView.as_view(), name="api-schemas"),
    path("schemas/import/", schemas.SchemaImportView.as_view(), name="api-schema-import"),
    path("schemas/<uuid:schema_id>/", schemas.SchemaView.as_view(), name="api-schema"),
    path("schemas/<uuid:schema_id>/file/", schemas.SchemaFileView.as_view(), name="api-schema-file"),
    path("schemas/<uuid:schema_id>/columns/", schemas.SchemaColumnListView.as_view(), name="api-schema-columns"),
    path("schemas/<uuid:schema_id>/columns/<str:name>/", schemas.SchemaColumnView.as_view(), name="api-schema-column"),
    path("schemas/<uuid:schema_id>/retire/", schemas.SchemaRetireView.as_view(), name="api-schema-retire"),
    path("schemas/<uuid:schema_id>/restore/", schemas.SchemaRestoreView.as_view(), name="api-schema-restore"),
    path("schemas/<uuid:schema_id>/draft/", schemas.SchemaDraftView.as_view(), name="api-schema-draft"),
    path("schemas/<uuid:schema_id>/draft/publish/", schemas.SchemaPublishView.as_view(), name="api-schema-publish"),
    path("schema-library/", library.SchemaLibraryView.as_view(), name="api-schema-library"),
    path("schema-library/<slug:key>/", library.LibraryTypeView.as_view(), name="api-library-type"),
    path("schema-library/<slug:key>/adopt/", library.SchemaAdoptView.as_view(), name="api-schema-adopt"),
    path("schemas/<uuid:schema_id>/read-again/", review.RereadingView.as_view(), name="api-schema-read-again"),
    path(
        "schemas/<uuid:schema_id>/draft/try/",
        limited("trials")(opens_own_scopes(extraction.DraftTryView.as_view())),
        name="api-schema-try",
    ),
    path(
        "schemas/<uuid:schema_id>/draft/proposals/",
        limited("trials")(opens_own_scopes(extraction.ProposalsView.as_view())),
        name="api-schema-proposals",
    ),
    path(
        "schemas/<uuid:schema_id>/draft/field-at/",
        limited("trials")(opens_own_scopes(extraction.FieldAtView.as_view())),
        name="api-schema-field-at",
    ),
    path(
        "schemas/<uuid:schema_id>/draft/rehearsals/",
        limited("trials")(extraction.RehearsalListView.as_view()),
        name="api-schema-rehearsals",
    ),
    path(
        "schemas/<uuid:schema_id>/draft/rehearsals/<uuid:rehearsal_id>/",
        extraction.RehearsalView.as_view(),
        name="api-schema-rehearsal",
    ),
    path(
        "schemas/<uuid:schema_id>/trial-documents/",
        extraction.TrialDocumentListView.as_view(),
        name="api-schema-trial-documents",
    ),
    path("master-lists/", master_lists.MasterListListView.as_view(), name="api-master-lists"),
    path("master-lists/<uuid:list_id>/", master_lists.MasterListView.as_view(), name="api-master-list"),
    path("schemas/<uuid:schema_id>/grants/", sharing.SchemaGrantListView.as_view(), name="api-schema-grants"),
    path("schemas/<uuid:schema_id>/grants/<uuid:user_id>/", sharing.SchemaGrantView.as_view(), name="api-schema-grant"),
    path(
        "schemas/<uuid:schema_id>/auto-approval/",
        auto_approval.SchemaAutoApprovalView.as_view(),
        name="api-schema-auto-approval",
    ),
    path("batches/<uuid:batch_id>/shares/", sharing.BatchShareListView.as_view(), name="api-batch-shares"),
    path("documents/<uuid:document_id>/shares/", sharing.DocumentShareListView.as_view(), name="api-document-shares"),
    path("shares/<uuid:share_id>/", sharing.ShareView.as_view(), name="api-share"),
    path("organization/use/", processing.OrganizationUseView.as_view(), name="api-organization-use"),
    path("organization/words/", words.OwnWordListView.as_view(), name="api-organization-words"),
    path("organization/words/<uuid:word_id>/", words.OwnWordView.as_view(), name="api-organization-word"),
    path("uploads/", _files("MAX_FILE_BYTES", uploads.UploadListView), name="api-uploads"),
    path("uploads/<uuid:upload_id>/", _files("MAX_FILE_BYTES", uploads.UploadView), name="api-upload"),
    path("batches/", _files("MAX_REQUEST_BYTES", batches.BatchListView), name="api-batches"),
    path("batches/<uuid:batch_id>/", batches.BatchView.as_view(), name="api-batch"),
    path("batches/<uuid:batch_id>/duplicates/", batches.BatchDuplicatesView.as_view(), name="api-batch-duplicates"),
    path("batches/<uuid:batch_id>/cancel/", batches.BatchCancelView.as_view(), name="api-batch-cancel"),
    path("batches/<uuid:batch_id>/priority/", batches.BatchPriorityView.as_view(), name="api-batch-priority"),
    path("batches/<uuid:batch_id>/hold/", retention.BatchHoldView.as_view(), name="api-batch-hold"),
    path("retention/", retention.RetentionView.as_view(), name="api-retention"),
    path("documents/", documents.DocumentListView.as_view(), name="api-documents"),
    path("documents/<uuid:document_id>/", documents.DocumentView.as_view(), name="api-document"),
    path("documents/<uuid:document_id>/tables/", layout.DocumentTablesView.as_view(), name="api-document-tables"),
    path(
        "documents/<uuid:document_id>/tables/file/",
        layout.DocumentTableFileView.as_view(),
        name="api-document-table-file",
    ),
    path("documents/<uuid:document_id>/pairs/", layout.DocumentPairsView.as_view(), name="api-document-pairs"),
    path("documents/<uuid:document_id>/e-invoice/", e_invoices.DocumentEInvoiceView.as_view(), name="api-e-invoice"),
    path(
        "documents/<uuid:document_id>/e-invoice/xml/",
        e_invoices.DocumentEInvoiceXmlView.as_view(),
        name="api-e-invoice-xml",
    ),
    path("documents/<uuid:document_id>/retry/", documents.DocumentRetryView.as_view(), name="api-document-retry"),
    path(
        "documents/<uuid:document_id>/original/", documents.DocumentOriginalView.as_view(), name="api-document-original"
    ),
    path(
        "documents/<uuid:document_id>/look-again/",
        documents.DocumentLookAgainView.as_view(),
        name="api-document-look-again",
    ),
    path("step-runs/<uuid:step_run_id>/retry/", processing.StepRunRetryView.as_view(), name="api-step-run-retry"),
    path("processing/", processing.ProcessingView.as_view(), name="api-processing"),
    path("reconciliation/", opens_own_scopes(pdb_sync.ReconciliationView.as_view()), name="api-reconciliation"),
    path("quarantine/", processing.QuarantineView.as_view(), name="api-quarantine"),
    path("dead-letters/", deliveries.DeadLetterListView.as_view(), name="api-dead-letters"),
    path("dead-letters/<uuid:delivery_id>/", deliveries.DeadLetterView.as_view(), name="api-dead-letter"),
    path(
        "dead-letters/<uuid:delivery_id>/retry/", deliveries.DeadLetterRetryView.as_view(), name="api-dead-letter-retry"
    ),
    path("sub-documents/<uuid:sub_document_id>/step-runs/", processing.StepRunListView.as_view(), name="api-step-runs"),
    path("questions/", limited("questions")(opens_own_scopes(rag.QuestionView.as_view())), name="api-questions"),
    path("documents/<uuid:document_id>/sub-documents/", review.ArrangeView.as_view(), name="api-arrange"),
    path("sub-documents/<uuid:sub_document_id>/split/", review.SplitView.as_view(), name="api-split"),
    path("sub-documents/<uuid:sub_document_id>/merge/", review.MergeView.as_view(), name="api-merge"),
    path("sub-documents/<uuid:sub_document_id>/move/", review.MoveView.as_view(), name="api-move"),
    path("sub-documents/<uuid:sub_document_id>/retype/", review.RetypeView.as_view(), name="api-retype"),
    path("sub-documents/<uuid:sub_document_id>/read-again/", review.ReadAgainView.as_view(), name="api-read-again"),
    path(
        "sub-documents/<uuid:sub_document_id>/certificates/<str:path>/",
        certificates.CertificateView.as_view(),
        name="api-certificate",
    ),
    path(
        "sub-documents/<uuid:sub_document_id>/certificates/<str:path>/picture/",
        certificates.CertificatePictureView.as_view(),
        name="api-certificate-picture",
    ),
    path("sub-documents/<uuid:sub_document_id>/correct/", review.CorrectView.as_view(), name="api-correct"),
    path("sub-documents/<uuid:sub_document_id>/withdraw/", review.WithdrawView.as_view(), name="api-withdraw"),
    path("review-tasks/", review.TaskListView.as_view(), name="api-tasks"),
    path("review-tasks/next/", review.TaskNextView.as_view(), name="api-tasks-next"),
    path("review-tasks/figures/", review_work.QueueFiguresView.as_view(), name="api-tasks-figures"),
    path("review-tasks/assign/", review_work.TasksAssignView.as_view(), name="api-tasks-assign"),
    path("review-tasks/preview/", review_work.ApprovalPreviewView.as_view(), name="api-tasks-preview"),
    path("review-tasks/approve/", review_work.BulkApproveView.as_view(), name="api-tasks-approve"),
    path("review-tasks/retype/", review_work.BulkRetypeView.as_view(), name="api-tasks-retype"),
    path("review-tasks/<uuid:task_id>/comments/", review_work.TaskCommentsView.as_view(), name="api-task-comments"),
    path("review-tasks/<uuid:task_id>/ask/", review_work.TaskAskView.as_view(), name="api-task-ask"),
    path("review-tasks/<uuid:task_id>/return/", review_work.TaskReturnView.as_view(), name="api-task-return"),
    path("review-tasks/<uuid:task_id>/answer/", review_work.TaskAnswerView.as_view(), name="api-task-answer"),
    path("schemas/<uuid:schema_id>/review-rule/", review_rules.ReviewRuleView.as_view(), name="api-schema-review-rule"),
    path("review-figures/", review_work.WorkFiguresView.as_view(), name="api-review-figures"),
    path("review-views/", review_work.SavedViewsView.as_view(), name="api-review-views"),
    path("review-views/<uuid:view_id>/", review_work.SavedViewView.as_view(), name="api-review-view"),
    path("notifications/", review_work.NotificationsView.as_view(), name="api-notifications"),
    path("absences/", review_work.AbsencesView.as_view(), name="api-absences"),
    path("absences/<uuid:absence_id>/", review_work.AbsenceView.as_view(), name="api-absence"),
    path("review-tasks/<uuid:task_id>/", review.TaskView.as_view(), name="api-task"),
    path("review-tasks/<uuid:task_id>/claim/", review.TaskClaimView.as_view(), name="api-task-claim"),
    path(
        "review-tasks/<uuid:task_id>/values/<uuid:field_value_id>/",
        review.ValueCorrectView.as_view(),
        name="api-task-value",
    ),
    path(
        "review-tasks/<uuid:task_id>/tables/<str:table>/edits/", review.TableEditView.as_view(), name="api-table-edit"
    ),
    path("review-tasks/<uuid:task_id>/table-edits/", review.TableEditListView.as_view(), name="api-table-edits"),
    path("review-tasks/<uuid:task_id>/table-edits/undo/", review.TableUndoView.as_view(), name="api-table-undo"),
    path("review-tasks/<uuid:task_id>/table-edits/redo/", review.TableRedoView.as_view(), name="api-table-redo"),
    path("review-tasks/<uuid:task_id>/take-over/", review.TaskTakeOverView.as_view(), name="api-task-take-over"),
    path("review-tasks/<uuid:task_id>/compare/", review.TaskCompareView.as_view(), name="api-task-compare"),
    path("review-tasks/<uuid:task_id>/decide/", review.TaskDecideView.as_view(), name="api-task-decide"),
]
