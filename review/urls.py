"""Addresses of the review queue and the desk."""

from django.urls import path

from review.views import desk, duplicates, own_desk, rereading, tables

app_name = "review"
urlpatterns = [
    path("", desk.queue, name="queue"),
    path("count/", desk.count, name="count"),
    path("next/", desk.next_task, name="next"),
    path("documents/<uuid:document_id>/", desk.of_document, name="of_document"),
    path("sub-documents/<uuid:sub_document_id>/", desk.of_sub_document, name="of_sub_document"),
    path("sub-documents/<uuid:sub_document_id>/correct/", desk.correct_approved, name="correct_approved"),
    path("sub-documents/<uuid:sub_document_id>/withdraw/", desk.withdraw_approved, name="withdraw_approved"),
    path("sub-documents/<uuid:sub_document_id>/read-again/", rereading.read_again, name="read_again"),
    path("types/<uuid:schema_id>/read-again/", rereading.of_type, name="rereading"),
    path("documents/<uuid:document_id>/sub-documents/", desk.arrange, name="arrange"),
    path("preferences/", own_desk.preferences, name="preferences"),
    path("<uuid:task_id>/draft/", own_desk.draft, name="draft"),
    path("<uuid:task_id>/undo/", own_desk.undo, name="undo"),
    path("<uuid:task_id>/retype/", desk.retype, name="retype"),
    path("<uuid:task_id>/", desk.desk, name="desk"),
    path("<uuid:task_id>/earlier/", duplicates.earlier, name="earlier"),
    path("<uuid:task_id>/claim/", desk.claim, name="claim"),
    path("<uuid:task_id>/release/", desk.release, name="release"),
    path("<uuid:task_id>/compare/", desk.compare, name="compare"),
    path("<uuid:task_id>/tables/<str:table>/edit/", tables.table_edit, name="table_edit"),
    path("<uuid:task_id>/table-edits/", tables.table_edits, name="table_edits"),
    path("<uuid:task_id>/table-edits/undo/", tables.table_undo, name="table_undo"),
    path("<uuid:task_id>/table-edits/redo/", tables.table_redo, name="table_redo"),
    path("<uuid:task_id>/decide/", desk.decide, name="decide"),
    path("<uuid:task_id>/fields/<uuid:field_value_id>/", desk.field_correct, name="field_correct"),
]
