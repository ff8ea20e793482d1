"""Noting what a document says, so that another one that says the same is recognised."""

from __future__ import annotations

from documents.domain.duplicates import PageContent, content_hash
from documents.models import Document


def document_content_set(document: Document) -> None:
    """From the facts of its pages, once all were read; nothing where a page could not be. Inside the caller's transaction."""
    contents = []
    for facts, error_code in document.pages.order_by("number").values_list("facts__read_text__content", "error_code"):
        if error_code or facts is None:
            return
        contents.append(PageContent(**facts))
    Document.objects.filter(id=document.id).update(content_hash=content_hash(contents))
