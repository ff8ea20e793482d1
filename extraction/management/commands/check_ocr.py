"""`manage.py check_ocr`: which OCR engines can be used on this machine, and what the others are waiting for."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from extraction.runner.engines import ocr_engine, ocr_options
from idp_project.core.errors import IdpError
from idp_project.providers.ocr.tesseract import installed_languages
from idp_project.providers.ocr.weights import PROJECT, WeightState, states_of, wanted_for
from idp_project.providers.registry import VISION, ocr_engine_names


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
        if name == "easyocr":
            states = states_of(wanted_for(settings.EASYOCR_LANGUAGES), settings.EASYOCR_FOLDER)
            return [line for state in states for line in _weight_lines(state)]
        if name == "tesseract":
            return [f"languages with data here: {', '.join(installed_languages(ocr_options()))}"]
    except IdpError:
        return []  # said already
    return []


def _weight_lines(state: WeightState) -> list[str]:
    file = state.file
    lines = [f"{file.name}: {state.problem or 'is there'}; SHA-256 {file.sha256}"]
    if state.problem:
        lines.append(f"  from the releases of {PROJECT}, tag {file.release}: unpack {file.archive} and put the file at")
        lines.append(f"  {state.path}")
    return lines
