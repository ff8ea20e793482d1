"""RQ's entry points of the document model."""

from documents import services


def uploads_expire() -> None:
    services.uploads_expire()
