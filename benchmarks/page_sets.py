"""The files that the benchmarks read: real ones beside the checkout, else the product's own samples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypdfium2

from benchmarks.datasets import DATA
from idp_project.operations.samples import generate

MODES = {"letters": "scan", "receipts": "scan", "born_digital": "digital"}
_FOLDERS = {
    "letters": ("vrdu_fara", "**/*.pdf"),
    "receipts": ("sroie/img", "*.jpg"),
    "born_digital": ("kleister_nda", "*.pdf"),
}
_SCANNER_DPI = 200
_JPEG_QUALITY = 85


def files_of(kind: str, count: int, scratch: Path) -> tuple[str, Sequence[Path]]:
    """What the set is called, and its first `count` files.

    `kind` is letters (forms and letters of several pages, put through a scanner of 200 dpi), receipts (scans of one
    page) or born_digital.
    """
    folder, pattern = _FOLDERS[kind]
    found = sorted((DATA / folder).glob(pattern))[:count]
    if not found:
        return "generated samples", [_generated(kind, number, scratch) for number in range(count)]
    name = folder.partition("/")[0]
    return name, [_scanned(path, scratch) for path in found] if kind == "letters" else found


def _scanned(path: Path, scratch: Path) -> Path:
    """The same pages as pictures in a PDF without any text."""
    target = scratch / path.name
    with pypdfium2.PdfDocument(path) as document:
        first, *others = [page.render(scale=_SCANNER_DPI / 72).to_pil().convert("RGB") for page in document]
    options = {"save_all": True, "append_images": others, "resolution": _SCANNER_DPI, "quality": _JPEG_QUALITY}
    first.save(target, **options)
    return target


def _generated(kind: str, number: int, scratch: Path) -> Path:
    name = {"letters": "invoice", "receipts": "receipt"}.get(kind) or ("invoice" if number % 2 else "receipt")
    document = generate(name, 1000 + number, MODES[kind])
    path = scratch / f"{number:03}-{document.file_name}"
    path.write_bytes(document.content)
    return path
