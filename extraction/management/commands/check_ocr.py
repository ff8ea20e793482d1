"""`manage.py check_ocr`: which OCR engines can be used on this machine, and what the others are waiting for."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from extraction.runner.engines import ocr_engine
from idp_project.core.errors import IdpError
from idp_project.core.scripts import Script
from idp_project.providers.ocr.script_data import scripts_here
from idp_project.providers.registry import VISION, ocr_engine_names, ocr_installation


class Command(BaseCommand):
    """Loads every engine to see whether it can be. Exit code 1 if one of those named cannot be used."""

    help = "Says which OCR engines are usable, which weights are missing, their digests and where they go."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("engines", nargs="*", help="without a name: all, and the exit code is the default engine's")

    def handle(self, *args: Any, engines: Sequence[str], **options: Any) -> None:
        must = set(engines or [settings.OCR_ENGINE])
        is_good = True
        for name in engines or ocr_engine_names():
            problem = self._check(name)
            is_good = is_good and not (problem and name in must)
        here = scripts_here(settings.OCR_OPTIONS.get("tesseract"))
        print(f"scripts that are read from pictures: {', '.join(here)}")
        print(
            f"scripts that go to a person: {', '.join(script for script in Script if script not in here) or 'no others'}"
        )
        sys.exit(0 if is_good else 1)

    def _check(self, name: str) -> bool:
        """Prints what there is to say of the engine; whether there is a problem."""
        mark = " (the default here)" if name == settings.OCR_ENGINE else ""
        if name == VISION:
            print(f"{name}{mark}: read by the AI model of an organisation; its places by rapidocr. Nothing to install.")
            return False
        began = time.monotonic()
        try:
            engine = ocr_engine(name)
        except IdpError as error:
            is_usable = False
            print(f"{name}{mark}: NOT USABLE. {error.message}")
        else:
            is_usable = True
            device = "" if engine.is_inheritable else ", on the GPU"
            print(f"{name}{mark}: usable, version {engine.version}, loaded in {time.monotonic() - began:.1f} s{device}")
        for line in _details(name):
            print(f"  {line}")
        return not is_usable


def _details(name: str) -> list[str]:
    try:
        return ocr_installation(name, settings.OCR_OPTIONS.get(name))
    except IdpError:
        return []  # said already
