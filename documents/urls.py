"""Addresses of batches, documents and page images."""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("", views.batch_list, name="home"),
    path("batches/", views.batch_list, name="batch_list"),
    path("batches/submit/", views.batch_submit, name="batch_submit"),
    path("batches/bulk/", views.batch_bulk, name="batch_bulk"),
    path("batches/<uuid:batch_id>/", views.batch_detail, name="batch_detail"),
    path("batches/<uuid:batch_id>/state/", views.batch_state, name="batch_state"),
    path("batches/<uuid:batch_id>/duplicates/", views.batch_duplicates, name="batch_duplicates"),
    path("batches/<uuid:batch_id>/retry/", views.batch_retry, name="batch_retry"),
    path("batches/<uuid:batch_id>/cancel/", views.batch_cancel, name="batch_cancel"),
    path("batches/<uuid:batch_id>/priority/", views.batch_prioritize, name="batch_prioritize"),
    path("batches/<uuid:batch_id>/delete/", views.batch_delete, name="batch_delete"),
    path("batches/<uuid:batch_id>/deletion/", views.batch_deletion, name="batch_deletion"),
    path("batches/<uuid:batch_id>/hold/", views.batch_hold, name="batch_hold"),
    path("organization/retention/", views.retention, name="organization_retention"),
    path("documents/<uuid:document_id>/", views.document_detail, name="document_detail"),
    path("batches/<uuid:batch_id>/shares/", views.batch_shares, name="batch_shares"),
    path("documents/<uuid:document_id>/shares/", views.document_shares, name="document_shares"),
    path("shares/<uuid:share_id>/revoke/", views.share_revoke, name="share_revoke"),
    path("documents/<uuid:document_id>/original/", views.original, name="original"),
    path("documents/<uuid:document_id>/look-again/", views.document_look_again, name="document_look_again"),
    path("documents/<uuid:document_id>/delete/", views.document_delete, name="document_delete"),
    path("step-runs/<uuid:step_run_id>/retry/", views.step_run_retry, name="step_run_retry"),
    path("processing/", views.processing, name="processing"),
    path("processing/pause/", views.processing_pause, name="processing_pause"),
    path("processing/quarantine/", views.quarantine, name="quarantine"),
    path("processing/dead-letters/", views.dead_letters, name="dead_letters"),
    path("deliveries/<uuid:delivery_id>/retry/", views.delivery_retry, name="delivery_retry"),
    path("deliveries/<uuid:delivery_id>/discard/", views.delivery_discard, name="delivery_discard"),
    path("deliveries/<uuid:delivery_id>/content/", views.delivery_content, name="delivery_content"),
    path("values/<uuid:field_value_id>/history/", views.field_value_history, name="field_value_history"),
    path("use/", views.organization_use, name="organization_use"),
    path("pages/image-tokens/", views.image_tokens, name="image_tokens"),
    path("pages/<uuid:page_id>/image/<slug:variant>/", views.page_image, name="page_image"),
    path("pages/<uuid:page_id>/words/", views.page_words, name="page_words"),
    path("schemas/", views.schema_list, name="schema_list"),
    path("schemas/engines/", views.schema_engines, name="schema_engines"),
    path("schemas/<uuid:schema_id>/", views.schema_detail, name="schema_detail"),
    path("schemas/<uuid:schema_id>/edit/", views.schema_edit, name="schema_edit"),
    path("schemas/<uuid:schema_id>/auto-approval/", views.schema_auto_approval, name="schema_auto_approval"),
    path("schemas/<uuid:schema_id>/people/", views.schema_grants, name="schema_grants"),
    path(
        "schemas/<uuid:schema_id>/people/<uuid:user_id>/revoke/", views.schema_grant_revoke, name="schema_grant_revoke"
    ),
    path("people/<uuid:user_id>/grants/", views.person_grants, name="person_grants"),
]
