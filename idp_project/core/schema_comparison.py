"""Does a database fit the code that is to serve it? Pure comparison of applied migrations against known ones.

An `expand` migration only adds: code that does not know it can serve the database all the same. A `contract` migration
takes away or changes what older code uses. What is not marked counts as `contract`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

MigrationName = tuple[str, str]
"""App label and name, as in `django_migrations`."""


class Compatibility(StrEnum):
    """What a migration does to older code; the class attribute `compatibility` of a migration."""

    EXPAND = "expand"
    CONTRACT = "contract"


@dataclass(frozen=True)
class Mark:
    """What was stored when a migration was applied. `version` is that of the product, empty where nobody knows."""

    compatibility: Compatibility
    version: str = ""
    commit: str = ""


@dataclass(frozen=True)
class Comparison:
    """Names are `app.migration`, sorted. `newer_version` is the release that applied the newest contract, where known."""

    behind: tuple[str, ...] = ()
    ahead_by_contract: tuple[str, ...] = ()
    ahead_by_expand: tuple[str, ...] = ()
    newer_version: str = ""

    @property
    def is_fit(self) -> bool:
        return not self.behind and not self.ahead_by_contract

    @property
    def state(self) -> str:
        """The state in one word, for health."""
        if self.ahead_by_contract:
            return "ahead_by_contract"
        return "behind" if self.behind else "fits"


def compare(applied: Mapping[MigrationName, Mark | None], known: Collection[MigrationName]) -> Comparison:
    """`applied` in the database, with what was stored of each (None: nothing); `known` to the code."""
    unknown = {name: mark for name, mark in applied.items() if name not in known}
    contracts = {name: mark for name, mark in unknown.items() if mark is None or mark.compatibility != "expand"}
    versions = [mark.version for _, mark in sorted(contracts.items()) if mark]
    return Comparison(
        behind=_shown(name for name in known if name not in applied),
        ahead_by_contract=_shown(contracts),
        ahead_by_expand=_shown(name for name in unknown if name not in contracts),
        newer_version=versions[-1] if versions else "",
    )


def _shown(names: Iterable[MigrationName]) -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in names))
