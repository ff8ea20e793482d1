"""Django's registration of the app."""

from django.apps import AppConfig


class ExtractionConfig(AppConfig):
    name = "extraction"

    def ready(self) -> None:
        from documents.selectors import held_told_by
        from extraction.selectors import steps_held

        held_told_by(steps_held)
