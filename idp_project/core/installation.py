"""Which kind of installation a data folder holds: a demonstration, or one for real documents.

The supervisor writes the kind at the folder's first start, and nothing changes it afterwards. Published passwords,
sign-in tiles and automatic approval without evidence exist in a demonstration only.
"""

from enum import StrEnum
from pathlib import Path

FILE_NAME = "installation"


class InstallationKind(StrEnum):
    """The content of the data folder's file `installation`."""

    DEMONSTRATION = "demonstration"
    REAL = "real"


def kind_of(data: Path) -> InstallationKind | None:
    """What the folder remembers; None before its first start. Raises ValueError for a file with other content."""
    path = data / FILE_NAME
    return InstallationKind(path.read_text().strip()) if path.exists() else None


def remember_kind(data: Path, kind: InstallationKind) -> None:
    """Write the kind in one step."""
    unfinished = data / f"{FILE_NAME}.unfinished"
    unfinished.write_text(f"{kind.value}\n")
    unfinished.replace(data / FILE_NAME)
