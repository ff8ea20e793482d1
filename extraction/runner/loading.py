"""What a worker reads of a document once, however many of its steps it goes on with."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from documents.domain.schema_spec import SchemaSpec
from documents.models import Document
from documents.selectors import candidate_specs


class LoadedDocument:
    """Read where it is first asked for, inside the tenancy scope of that place; what the steps find is noted in it too."""

    def __init__(self, document_id: UUID) -> None:
        self.id = document_id

    @cached_property
    def document(self) -> Document:
        related = "source_file", "run", "batch__schema", "batch__organization"
        return Document.objects.select_related(*related).get(id=self.id)

    @cached_property
    def candidates(self) -> list[tuple[UUID, SchemaSpec]]:
        """`(schema version id, spec)` of the types that it may be. Raises where a schema cannot be understood."""
        return candidate_specs(self.document.batch)
