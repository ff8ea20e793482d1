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
    path("batches/<uuid:batch_id>/retry/", views.batch_retry, name="batch_retry"),
    path("documents/<uuid:document_id>/", views.document_detail, name="document_detail"),
    path("documents/<uuid:document_id>/original/", views.original, name="original"),
    path("pages/image-tokens/", views.image_tokens, name="image_tokens"),
    path("pages/<uuid:page_id>/image/<slug:variant>/", views.page_image, name="page_image"),
    path("pages/<uuid:page_id>/words/", views.page_words, name="page_words"),
    path("schemas/", views.schema_list, name="schema_list"),
    path("schemas/<uuid:schema_id>/", views.schema_detail, name="schema_detail"),
    path("schemas/<uuid:schema_id>/edit/", views.schema_edit, name="schema_edit"),
]
