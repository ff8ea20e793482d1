"""Statements of answers go with their sources: once the last citation of one is deleted, its words are too."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete

from rag.models import AnswerStatement, Citation


def forget_with_sources() -> None:
    """Has a statement's words deleted with its last citation, no matter who deletes that or how (with a document, too)."""
    post_delete.connect(_forget, sender=Citation, dispatch_uid="rag.forget_with_sources")


def _forget(instance: Citation, **_: Any) -> None:
    if not Citation.objects.filter(statement_id=instance.statement_id).exists():
        AnswerStatement.objects.filter(id=instance.statement_id).update(text="")
