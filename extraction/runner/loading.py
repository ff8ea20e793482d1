"""What a worker reads of a document once, however many of its steps it goes on with, and what a step reads as it is claimed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Generic, TypeVar
from uuid import UUID

from documents.domain.schema_spec import SchemaSpec
from documents.models import Document
from documents.selectors import candidate_specs
from idp_project.core.errors import IdpError

T = TypeVar("T")


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


class ReadOnClaim(Generic[T]):
    """What a step works on, read in the transaction of its claim. What hinders that, like a schema that cannot be
    understood, must not undo the claim: it is raised where the step asks, and becomes its reason.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read

    def now(self) -> None:
        try:
            self._found: T | IdpError = self._read()
        except IdpError as error:
            self._found = error

    @property
    def found(self) -> T:
        if isinstance(self._found, IdpError):
            raise self._found
        return self._found

    @found.setter
    def found(self, value: T) -> None:
        self._found = value
