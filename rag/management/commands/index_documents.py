"""Indexes documents for questions in this process: `manage.py index_documents [--all]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rag.services import indexing


class Command(BaseCommand):
    help = "Index every document that has been read and is not (or no longer rightly) indexed for questions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="look at every document, for example after new settings")

    def handle(self, *args: Any, **options: Any) -> None:
        documents = indexing.documents_to_index(everything=options["all"])
        chunks = 0
        for number, (organization_id, document_id) in enumerate(documents, start=1):
            count = indexing.document_index(organization_id, document_id)
            chunks += count or 0
            outcome = "not indexed" if count is None else f"{count} chunks"
            self.stdout.write(f"{number}/{len(documents)}  {document_id}  {outcome}")
        self.stdout.write(f"{len(documents)} documents, {chunks} chunks")
