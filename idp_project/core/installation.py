"""Which kind of installation a data folder holds: a demonstration, or one for real documents.

The file `installation` in the folder says it from the first start on, and nothing changes it afterwards. Published
passwords, sign-in tiles and automatic approval without evidence exist in a demonstration only.
"""

from enum import StrEnum
from pathlib import Path

FILE_NAME = "installation"


class InstallationKind(StrEnum):
    """The content of the data folder's file `installation`."""

    DEMONSTRATION = "demonstration"
    REAL = "real"

    @property
    def phrase(self) -> str:
        """For sentences: with its article."""
        return "a demonstration" if self is InstallationKind.DEMONSTRATION else "a real installation"


def kind_of(data: Path) -> InstallationKind | None:
    """What the folder remembers; None before its first start. Raises ValueError for a file with other content."""
    path = data / FILE_NAME
    if not path.exists():
        return None
    text = path.read_text().strip()
    try:
        return InstallationKind(text)
    except ValueError:
        raise ValueError(f"{path} says “{text[:40]}”; it must say “demonstration” or “real”.") from None


def remember_kind(data: Path, kind: InstallationKind) -> None:
    """Write the kind in one step. Raises ValueError for a folder that remembers the other kind."""
    known = kind_of(data)
    if known and known is not kind:
        raise ValueError(f"{data} holds {known.phrase} already.")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = data / f"{FILE_NAME}.unfinished"
    unfinished.write_text(f"{kind.value}\n")
    unfinished.replace(data / FILE_NAME)
