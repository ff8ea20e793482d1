"""Which kinds of document a type takes by itself, and what a kind means for its amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from documents.domain.document_kinds import NEEDS_NO_SAYING, DocumentKind, KindEvidence
from documents.domain.plain_text import plain
from documents.domain.schema_spec import SchemaSpec

_HAVE_TO_SAY_SO = frozenset({
    DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.CORRECTION, DocumentKind.SELF_BILLED,
    DocumentKind.DEBIT_NOTE,
})  # fmt: skip


def not_taken(schema: SchemaSpec, said: Iterable[KindEvidence]) -> tuple[KindEvidence, ...]:
    """Of what a document says that it is: the kinds with which the type goes to a person.

    A type without kinds of its own takes what its name and keywords say, and invoices. A word that means two kinds
    ("Gutschrift") means the one that a type takes which is called so.
    """
    own = [plain(text) for text in (schema.name, *schema.keywords)]
    if schema.kinds:
        said = tuple(said)
        taken = {DocumentKind.UNKNOWN, *(rule.kind for rule in schema.kinds)}
        meant = {(item.word, item.page) for item in said if item.code in taken and plain(item.word) in own}
        return tuple(item for item in said if item.code not in taken and (item.word, item.page) not in meant)
    return tuple(item for item in said if item.code not in NEEDS_NO_SAYING and not _names(own, item))


def is_said(schema: SchemaSpec, said: Iterable[KindEvidence]) -> bool:
    """Whether the document says itself that it is of a kind that the type takes. Only a type of what is booked asks for that:
    an invoice that nowhere calls itself one may be a price list or a certificate. Receipts hardly ever say what they are."""
    taken = {rule.kind for rule in schema.kinds}
    if not taken or not taken <= _HAVE_TO_SAY_SO:
        return True
    return any(item.code in taken for item in said)


def _names(own: Sequence[str], item: KindEvidence) -> bool:
    word = f" {plain(item.word)} "
    return any(f" {text} " in word for text in own if text)


def negative_amounts(schema: SchemaSpec, said: Iterable[KindEvidence]) -> frozenset[str]:
    """Fields and `table.column` whose amounts are below zero on a document of these kinds."""
    kinds = {item.code for item in said}
    return frozenset(name for rule in schema.kinds if rule.kind in kinds for name in rule.negative)
