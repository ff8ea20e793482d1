"""What a worker reads of a document once, however many of its steps it runs."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from documents import progress
from documents.domain.schema_spec import SchemaSpec
from documents.models import Document
from documents.selectors.schema_candidates import candidate_specs
from extraction.context import FileParser
from extraction.runner.contexts import file_parser
from idp_project.core.logs import log_bind


class LoadedDocument:
    """Read where it is first asked for, inside the tenancy scope of that place; what the steps find is kept in it too."""

    def __init__(self, organization_id: UUID, document_id: UUID) -> None:
        self.organization_id, self.id = organization_id, document_id

    @cached_property
    def document(self) -> Document:
        related = "source_file", "run", "batch__schema", "batch__organization"
        found = Document.objects.select_related(*related).get(id=self.id)
        log_bind(document_id=found.id, batch_id=found.batch_id)
        return found

    @cached_property
    def candidates(self) -> list[tuple[UUID, SchemaSpec]]:
        """`(schema version id, spec)` of the types that it may be, as they are looked for on pages. Raises where a schema
        cannot be understood."""
        return [(version_id, spec.printed) for version_id, spec in candidate_specs(self.document.batch)]

    @cached_property
    def parser(self) -> FileParser:
        """Of its file, for all the steps that this worker runs."""
        return file_parser()

    def show(self) -> None:
        """Tells those who watch its batch that it changed."""
        progress.document_changed(self.organization_id, self.document.batch_id, self.id)
