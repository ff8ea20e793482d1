"""How long documents and their approved values are kept: the organisation's own rule, else the system's."""

from __future__ import annotations

from dataclasses import dataclass

KEPT_FOR_EVER = 0
LONGEST = 36_500


@dataclass(frozen=True)
class RetentionRule:
    """Days after a document's end until its source is deleted, and after an approval until its record is. None: kept."""

    days: int | None = None
    pdb_days: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == RetentionRule()


def effective_days(own: int | None, system: int | None) -> int | None:
    """The organisation's own where it has one (0: kept for ever), else the system's. None: kept."""
    return (system if own is None else own) or None
