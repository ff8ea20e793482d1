"""Which gate a sub-document stands before, once its values are merged: what read it, and where it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import SystemSettings
from documents.domain.absence import AbsenceCode
from documents.domain.auto_approval import NOT_EARNED, TypeRule
from documents.domain.earned.digests import Extractor, engines_of, extractor_of
from documents.domain.earned.strata import Stratum
from documents.domain.field_roles import role_in
from documents.domain.field_types.roles import Role
from documents.domain.learned import MEMORY, MEMORY_VERSION
from documents.domain.plain_text import plain
from documents.domain.schema_spec import SchemaSpec
from documents.domain.values import MergedField, MergedRow
from documents.domain.words import Words
from documents.models import SubDocument
from documents.selectors.earned import rule_of, stratum_of
from extraction.runner.values import STORED_CANDIDATES

_KEY_LENGTH = 32


@dataclass(frozen=True)
class Standpoint:
    """`rule`: what the gate says, for the step that routes; the rest is stored with the sub-document."""

    rule: TypeRule
    extractor: Extractor
    stratum: Stratum
    sender_key: str

    def put(self, sub_document: SubDocument) -> list[str]:
        """Onto the row; gives the names of its columns."""
        kept = {
            "reader": self.extractor.reader,
            "model": self.extractor.model,
            "calibrator": self.extractor.calibrator,
            "stratum": self.stratum.value,
            "sender_key": self.sender_key,
        }
        for name, value in kept.items():
            setattr(sub_document, name, value)
        return list(kept)


NOWHERE = Standpoint(NOT_EARNED, Extractor("", "", ""), Stratum.OTHER, "")
"""Of a sub-document of unknown type."""


def standpoint_of(
    sub_document: SubDocument,
    system: SystemSettings,
    fields: Sequence[MergedField],
    rows: Sequence[MergedRow],
    words: Words,
    e_invoice: Stratum | None = None,
) -> Standpoint:
    """For a sub-document whose values are merged: three short queries. `e_invoice`: its stratum where an XML leads."""
    version = sub_document.schema_version
    if version is None:
        return NOWHERE
    extractor = extractor_of(
        version.spec, threshold=system.auto_approval_threshold, engines=other_engines(fields, rows)
    )
    sender_key = _sender_key(version.spec, fields, words)
    stratum = e_invoice or stratum_of(version.schema, sender_key, sub_document)
    return Standpoint(rule_of(version, extractor, stratum), extractor, stratum, sender_key)


def other_engines(fields: Iterable[MergedField], rows: Iterable[MergedRow]) -> frozenset[str]:
    """The language models, and the memory of senders, that read values beside the built-in extractor, by name and version. Of
    what is stored with the values, so that it can be told later too."""
    known = list(fields)
    cells = (cell for row in rows for cell in row.cells)
    found = (candidate for merged in (*known, *cells) for candidate in merged.candidates[:STORED_CANDIDATES])
    is_cleared = any(one.absence and one.absence.code is AbsenceCode.NOT_OF_SENDER for one in known)
    return engines_of(candidate.to_dict() for candidate in found) | (
        {f"{MEMORY} {MEMORY_VERSION}"} if is_cleared else set()
    )


def _sender_key(schema: SchemaSpec, fields: Sequence[MergedField], words: Words) -> str:
    """A hash of the sender's name; empty for a type without one, and where it was not read."""
    names = {spec.name for spec in schema.fields if role_in(schema, spec, words) is Role.ISSUER}
    text = next((merged.chosen.raw_text for merged in fields if merged.field in names and merged.chosen), "")
    return hashlib.sha256(plain(text).encode()).hexdigest()[:_KEY_LENGTH] if plain(text) else ""
