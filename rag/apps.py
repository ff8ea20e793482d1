"""Django's registration of the app."""

from django.apps import AppConfig


class RagConfig(AppConfig):
    name = "rag"

    def ready(self) -> None:
        from rag.services.forgetting import forget_with_sources

        forget_with_sources()
