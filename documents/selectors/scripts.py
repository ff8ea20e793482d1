"""Which scripts this machine reads from pictures, for people."""

from __future__ import annotations

import time
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext

from idp_project.core.scripts import NAMES, Script
from idp_project.providers.ocr.script_data import scripts_here

_KEPT_SECONDS = 60  # the program is asked no more often than that


def readable_scripts() -> tuple[str, str]:
    """Names of the scripts that are read, and of those whose pages go to a person, in the reader's language."""
    here = _scripts_here(int(time.monotonic() / _KEPT_SECONDS))
    others = [script for script in Script if script not in here]
    return _listed(here), _listed(others)


@lru_cache(maxsize=1)
def _scripts_here(_minute: int) -> tuple[Script, ...]:
    return scripts_here(settings.OCR_OPTIONS.get("tesseract"))


def _listed(scripts: list[Script] | tuple[Script, ...]) -> str:
    return ", ".join(gettext(NAMES[script]) for script in scripts)
