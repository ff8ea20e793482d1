"""Django's registration of the app."""

from django.apps import AppConfig


class ExtractionConfig(AppConfig):
    name = "extraction"
