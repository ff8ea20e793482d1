"""Addresses of the chat."""

from django.urls import path

from idp_project.core.rate_limits import limited
from rag import views

app_name = "rag"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("settings/", views.settings, name="organization_questions"),
    path("questions/", limited("questions")(views.questions), name="questions"),
    path("citations/<uuid:citation_id>/", views.citation, name="citation"),
    path("<uuid:conversation_id>/", views.ask, name="conversation"),
    path("<uuid:conversation_id>/state/", views.conversation_state, name="conversation_state"),
    path("<uuid:conversation_id>/delete/", views.conversation_delete, name="conversation_delete"),
]
