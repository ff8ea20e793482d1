"""The files that the benchmarks read: real ones beside the checkout, else the product's own samples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.datasets import DATA
from idp_project.samples import generate

MODES = {"scanned": "scan", "born_digital": "digital"}
_FOLDERS = {"scanned": ("sroie/img", "*.jpg"), "born_digital": ("kleister_nda", "*.pdf")}


def files_of(kind: str, count: int, scratch: Path) -> tuple[str, Sequence[Path]]:
    """What the set is called, and its first `count` files; `kind` is scanned or born_digital."""
    folder, pattern = _FOLDERS[kind]
    found = sorted((DATA / folder).glob(pattern))
    if found:
        return folder.partition("/")[0], found[:count]
    return "generated samples", [_generated(kind, number, scratch) for number in range(count)]


def _generated(kind: str, number: int, scratch: Path) -> Path:
    document = generate("invoice" if number % 2 else "receipt", 1000 + number, MODES[kind])
    path = scratch / f"{number:03}-{document.file_name}"
    path.write_bytes(document.content)
    return path
