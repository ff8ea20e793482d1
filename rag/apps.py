"""Django's registration of the app."""

from django.apps import AppConfig


class RagConfig(AppConfig):
    name = "rag"

    def ready(self) -> None:
        from documents.selectors.held import register_held_work_provider
        from rag.services.forgetting import forget_with_sources
        from rag.services.indexing import indexing_held

        forget_with_sources()
        register_held_work_provider(indexing_held)
