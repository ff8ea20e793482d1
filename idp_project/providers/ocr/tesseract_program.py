"""The program Tesseract as it is installed here: its version, and what it has data for. Light: no image library."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from idp_project.providers.errors import EngineMissing
from idp_project.providers.refusals import PROGRAM_CANNOT_RUN, TESSERACT_NOT_INSTALLED

PROGRAM = "tesseract"
ORIENTATION = "osd"  # its model of scripts and directions
_START_SECONDS = 10.0


@dataclass(frozen=True)
class Installation:
    program: str
    version: str
    languages: frozenset[str]


def languages_here(*, program: str = PROGRAM, **_: Any) -> frozenset[str]:
    """Codes of the languages and scripts that there is data for. Raises EngineMissing."""
    return installation_of(program).languages - {ORIENTATION}


def installation_of(wanted: str) -> Installation:
    program = shutil.which(wanted)
    if program is None:
        raise EngineMissing(TESSERACT_NOT_INSTALLED(wanted=wanted))
    try:
        version = _output(program, "--version").splitlines()[0].split()[-1]
        languages = frozenset(_output(program, "--list-langs").splitlines()[1:])
    except (OSError, subprocess.SubprocessError, IndexError) as error:
        raise EngineMissing(PROGRAM_CANNOT_RUN(program=program, error=type(error).__name__)) from error
    return Installation(program, version, languages)


def _output(program: str, question: str) -> str:
    done = subprocess.run(
        [program, question],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_START_SECONDS,
        check=True,
    )
    return done.stdout


def environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
    return {**kept, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
