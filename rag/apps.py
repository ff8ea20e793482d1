"""Django's registration of the app."""

from django.apps import AppConfig


class RagConfig(AppConfig):
    name = "rag"
