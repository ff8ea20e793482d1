"""Addresses of the review queue and the desk."""

from django.urls import path

from review import views, views_duplicates

app_name = "review"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("count/", views.count, name="count"),
    path("next/", views.next_task, name="next"),
    path("documents/<uuid:document_id>/", views.of_document, name="of_document"),
    path("sub-documents/<uuid:sub_document_id>/", views.of_sub_document, name="of_sub_document"),
    path("sub-documents/<uuid:sub_document_id>/correct/", views.correct_approved, name="correct_approved"),
    path("sub-documents/<uuid:sub_document_id>/withdraw/", views.withdraw_approved, name="withdraw_approved"),
    path("documents/<uuid:document_id>/sub-documents/", views.arrange, name="arrange"),
    path("<uuid:task_id>/retype/", views.retype, name="retype"),
    path("<uuid:task_id>/", views.desk, name="desk"),
    path("<uuid:task_id>/earlier/", views_duplicates.earlier, name="earlier"),
    path("<uuid:task_id>/claim/", views.claim, name="claim"),
    path("<uuid:task_id>/release/", views.release, name="release"),
    path("<uuid:task_id>/compare/", views.compare, name="compare"),
    path("<uuid:task_id>/decide/", views.decide, name="decide"),
    path("<uuid:task_id>/fields/<uuid:field_value_id>/", views.field_correct, name="field_correct"),
]
