"""Django's registration of the app."""

from django.apps import AppConfig


class ExtractionConfig(AppConfig):
    name = "extraction"

    def ready(self) -> None:
        from documents.selectors.held import register_held_work_provider
        from extraction.selectors import steps_held

        register_held_work_provider(steps_held)
