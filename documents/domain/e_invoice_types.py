"""Which document types electronic invoices are of."""

from __future__ import annotations

from collections.abc import Sequence

from documents.domain.document_kinds import DocumentKind
from documents.domain.schema_spec import SchemaSpec

_WITHOUT_KINDS, _AS_INVOICE = 50, 20
# Kinds of invoice that hardly any type names: they are of the type of invoices, and go to a person there.
_LIKE_INVOICES = frozenset({DocumentKind.CORRECTION, DocumentKind.SELF_BILLED, DocumentKind.STATEMENT_OF_ACCOUNT})


def takes_e_invoices(spec: SchemaSpec) -> bool:
    """Whether it has fields or columns that an electronic invoice states."""
    columns = (column for table in spec.tables for column in table.columns)
    return any(each.from_e_invoice for each in (*spec.fields, *columns))


def type_of_e_invoice(kind: DocumentKind, schemas: Sequence[SchemaSpec], detected: str | None) -> str | None:
    """The key of the type; `detected` where what the pages look like fits as well as any. A type that names the kind first goes
    before one that takes it too. None where no type takes electronic invoices."""
    found = {schema.key: _rank(kind, schema) for schema in schemas if takes_e_invoices(schema)}
    ranks = {key: rank for key, rank in found.items() if rank is not None}
    if not ranks:
        return None
    best = min(ranks.values())
    if detected is not None and ranks.get(detected) == best:
        return detected
    return next(key for key, rank in ranks.items() if rank == best)


def _rank(kind: DocumentKind, schema: SchemaSpec) -> int | None:
    kinds = [rule.kind for rule in schema.kinds]
    if not kinds:
        return _WITHOUT_KINDS
    if kind in kinds:
        return kinds.index(kind)
    is_invoice = kind in _LIKE_INVOICES and DocumentKind.INVOICE in kinds
    return _AS_INVOICE + kinds.index(DocumentKind.INVOICE) if is_invoice else None
