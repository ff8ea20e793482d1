"""Below /records/."""

from django.urls import path

from pdb_sync import views

app_name = "pdb_sync"
urlpatterns = [
    path("", views.record_list, name="record_list"),
    path("export.csv", views.record_export, name="record_export"),
    path("sub-documents/<uuid:sub_document_id>/", views.record_of_sub_document, name="record_of_sub_document"),
    path("reconciliation/", views.reconciliation, name="reconciliation"),
    path("<uuid:record_id>/", views.record_detail, name="record_detail"),
]
