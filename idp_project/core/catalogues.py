"""Catalogues of translations: compiled from `locale/` without a gettext binary; read by the settings."""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from pathlib import Path

from django.conf.locale import LANG_INFO

LOCALE_FOLDER = Path(__file__).resolve().parents[2] / "locale"


def compile_catalogues(folder: Path = LOCALE_FOLDER) -> list[Path]:
    """Writes the .mo file of every .po file that is newer than it, or has none; returns those written.

    Processes may do so at the same time: a file appears whole or not at all. OSError where the folder cannot be written.
    """
    return [_compile(path) for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(path)]


def compiled_languages(folder: Path = LOCALE_FOLDER) -> list[tuple[str, str]]:
    """(code, its own name) of every language with compiled catalogues for server and browser.

    Compiles first what is stale: an upgraded checkout may be started without its installer. Where the folder cannot be
    written, what the installer compiled counts.
    """
    try:
        compile_catalogues(folder)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
    codes = sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/django.mo"))
    return [
        (code, LANG_INFO[code]["name_local"])
        for code in codes
        if (folder / code / "LC_MESSAGES" / "djangojs.mo").exists()
    ]


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime


def _compile(path: Path) -> Path:
    from babel.messages.mofile import write_mo  # here: every process reads the settings, few compile
    from babel.messages.pofile import read_po

    target, unfinished = path.with_suffix(".mo"), path.with_suffix(f".{os.getpid()}.tmp")
    with path.open("rb") as source:
        catalogue = read_po(source)
    with unfinished.open("wb") as output:
        write_mo(output, catalogue)
    unfinished.replace(target)
    return target


def catalogue_version(language: str, domain: str, folder: Path = LOCALE_FOLDER) -> str:
    """A name for the present contents of a catalogue, for addresses that may be cached; empty without one."""
    path = folder / language / "LC_MESSAGES" / f"{domain}.mo"
    return sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""


if __name__ == "__main__":
    compile_catalogues()
