"""Where LibreOffice is installed. Nothing is loaded: safe in every process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_PLACES = ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/opt/libreoffice*")
SYSTEM_LIBRARY = "libuno_sal.so.3"
_NEEDED = (SYSTEM_LIBRARY, "libswlo.so", "libsclo.so")  # Writer and Calc
_MAIN_LIBRARIES = ("libsofficeapp.so", "libmergedlo.so")  # the one or the other has the main program in it
PACKAGES = "libreoffice-writer-nogui libreoffice-calc-nogui"


def found_office() -> str:
    """The folder of the newest LibreOffice with Writer and Calc at a usual place; empty if none exists."""
    folders = (found / "program" for place in _PLACES for found in sorted(_matching(place), reverse=True))
    return next((str(folder) for folder in folders if is_office(folder)), "")


def chosen_office(environment: Mapping[str, str]) -> str:
    """The folder that `OFFICE_PROGRAM` names, empty where LibreOffice is not in it (`none`); without a word from it, the
    one that is found.
    """
    chosen = environment.get("OFFICE_PROGRAM", "").strip() or found_office()
    return chosen if chosen and is_office(Path(chosen)) else ""


def is_office(folder: Path) -> bool:
    """Whether it holds what conversion needs."""
    is_there = all((folder / name).is_file() for name in _NEEDED)
    return is_there and any((folder / name).is_file() for name in _MAIN_LIBRARIES)


def main_library(folder: Path) -> Path:
    """The library that has the main program in it. Raises FileNotFoundError."""
    for name in _MAIN_LIBRARIES:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(folder)


def _matching(place: str) -> list[Path]:
    path = Path(place)
    return list(path.parent.glob(path.name))
