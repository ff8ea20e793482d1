"""Addresses of batches, documents and page images."""

from django.urls import path

from documents.views import batches, bulk, history, layouts, processing, retention, schemas, shares, usage, words

app_name = "documents"
urlpatterns = [
    path("", batches.batch_list, name="home"),
    path("batches/", batches.batch_list, name="batch_list"),
    path("batches/submit/", batches.batch_submit, name="batch_submit"),
    path("batches/bulk/", bulk.batch_bulk, name="batch_bulk"),
    path("batches/<uuid:batch_id>/", batches.batch_detail, name="batch_detail"),
    path("batches/<uuid:batch_id>/state/", batches.batch_state, name="batch_state"),
    path("batches/<uuid:batch_id>/duplicates/", batches.batch_duplicates, name="batch_duplicates"),
    path("batches/<uuid:batch_id>/retry/", batches.batch_retry, name="batch_retry"),
    path("batches/<uuid:batch_id>/cancel/", processing.batch_cancel, name="batch_cancel"),
    path("batches/<uuid:batch_id>/priority/", processing.batch_prioritize, name="batch_prioritize"),
    path("batches/<uuid:batch_id>/delete/", retention.batch_delete, name="batch_delete"),
    path("batches/<uuid:batch_id>/deletion/", retention.batch_deletion, name="batch_deletion"),
    path("batches/<uuid:batch_id>/hold/", retention.batch_hold, name="batch_hold"),
    path("organization/retention/", retention.retention, name="organization_retention"),
    path("organization/words/", words.word_list, name="organization_words"),
    path("organization/words/<uuid:word_id>/remove/", words.word_remove, name="organization_word_remove"),
    path("documents/<uuid:document_id>/", batches.document_detail, name="document_detail"),
    path("batches/<uuid:batch_id>/shares/", shares.batch_shares, name="batch_shares"),
    path("documents/<uuid:document_id>/shares/", shares.document_shares, name="document_shares"),
    path("shares/<uuid:share_id>/revoke/", shares.share_revoke, name="share_revoke"),
    path("documents/<uuid:document_id>/original/", batches.original, name="original"),
    path("documents/<uuid:document_id>/layout/", layouts.document_layout, name="document_layout"),
    path("documents/<uuid:document_id>/tables/file/", layouts.document_table_file, name="document_table_file"),
    path("documents/<uuid:document_id>/look-again/", processing.document_look_again, name="document_look_again"),
    path("documents/<uuid:document_id>/delete/", retention.document_delete, name="document_delete"),
    path("step-runs/<uuid:step_run_id>/retry/", processing.step_run_retry, name="step_run_retry"),
    path("processing/", processing.processing, name="processing"),
    path("processing/pause/", processing.processing_pause, name="processing_pause"),
    path("processing/quarantine/", processing.quarantine, name="quarantine"),
    path("processing/dead-letters/", processing.dead_letters, name="dead_letters"),
    path("deliveries/<uuid:delivery_id>/retry/", processing.delivery_retry, name="delivery_retry"),
    path("deliveries/<uuid:delivery_id>/discard/", processing.delivery_discard, name="delivery_discard"),
    path("deliveries/<uuid:delivery_id>/content/", processing.delivery_content, name="delivery_content"),
    path("values/<uuid:field_value_id>/history/", history.field_value_history, name="field_value_history"),
    path("use/", usage.organization_use, name="organization_use"),
    path("pages/image-tokens/", batches.image_tokens, name="image_tokens"),
    path("pages/<uuid:page_id>/image/<slug:variant>/", batches.page_image, name="page_image"),
    path("pages/<uuid:page_id>/words/", batches.page_words, name="page_words"),
    path("schemas/", schemas.schema_list, name="schema_list"),
    path("schemas/engines/", schemas.schema_engines, name="schema_engines"),
    path("schemas/<uuid:schema_id>/", schemas.schema_detail, name="schema_detail"),
    path("schemas/<uuid:schema_id>/edit/", schemas.schema_edit, name="schema_edit"),
    path("schemas/<uuid:schema_id>/auto-approval/", schemas.schema_auto_approval, name="schema_auto_approval"),
    path("schemas/<uuid:schema_id>/people/", shares.schema_grants, name="schema_grants"),
    path(
        "schemas/<uuid:schema_id>/people/<uuid:user_id>/revoke/", shares.schema_grant_revoke, name="schema_grant_revoke"
    ),
    path("people/<uuid:user_id>/grants/", shares.person_grants, name="person_grants"),
]
