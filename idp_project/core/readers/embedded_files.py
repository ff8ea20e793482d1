"""Files that a PDF carries: its attachments, those of annotations, portfolios and /AF, by pikepdf. Child of the sandbox only.

ISO 32000-1, 7.11.4 (embedded file streams), 12.5.6.15 (file attachment annotations), 12.3.5 (collections).
ISO 19005-3, 6.8 (/AF).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pikepdf

from idp_project.core.files.formats import EXTENSIONS, FileFormat
from idp_project.core.files.office_signs import office_format
from idp_project.core.files.sniff import HEAD_BYTES, detect_format

_MOST_ANNOTATIONS = 10_000
_MOST_SPECIFICATIONS = 1000
_MOST_NAMES = 50  # that are told
_LONGEST_NAME = 200
_E_INVOICES = ("factur-x", "zugferd", "xrechnung", "order-x", "cii", "ubl", "facturae", "fatturapa")
_FAILURES = (
    pikepdf.PdfError,
    ValueError,
    TypeError,
    RuntimeError,
    AttributeError,
    KeyError,
    RecursionError,
)
_KEYS = ("/UF", "/F", "/Unix", "/DOS", "/Mac")  # of names and of streams


@dataclass(frozen=True)
class EmbeddedFile:
    """A file in a PDF: the name it goes by, and its bytes when they are asked for."""

    name: str
    stream: pikepdf.Stream

    @property
    def is_e_invoice(self) -> bool:
        """XML of the values that the pages show, under a name that standards give it."""
        name = self.name.lower()
        return name.endswith(".xml") and any(word in name for word in _E_INVOICES)

    def data(self, most: int) -> bytes | None:
        """None where they are more than `most`, or cannot be read."""
        try:
            parameters: Any = self.stream.get("/Params", {})
            length: Any = self.stream.get("/Length", 0)
            if int(parameters.get("/Size", 0)) > most or int(length) > most:
                return None
            content = self.stream.read_bytes()
        except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, OverflowError, AttributeError):
            return None
        return content if 0 < len(content) <= most else None

    def is_document(self, content: bytes) -> bool:
        """Whether it is of a format that is read here, whatever it is called."""
        head, extension = content[:HEAD_BYTES], self.name.rpartition(".")[2].lower()
        known = detect_format(head) or office_format(head, content[-HEAD_BYTES:], extension)
        if known is FileFormat.XML:
            return False  # of the file itself: its electronic invoice, or data of a form
        return known is not None and not (known is FileFormat.EML and EXTENSIONS.get(extension) is not FileFormat.EML)


class EmbeddedFiles:
    """What is embedded in the PDF, each stream once. What cannot be followed is left out; nothing raises but MemoryError."""

    def __init__(self, data: bytes, most: int) -> None:
        self.is_portfolio = False
        self.needs_rendering = False
        self.files: list[EmbeddedFile] = []
        self._known: set[Any] = set()
        try:
            self._pdf = pikepdf.open(io.BytesIO(data))
            self.is_portfolio = "/Collection" in self._pdf.Root
            self.needs_rendering = bool(self._pdf.Root.get("/NeedsRendering", False))
        except _FAILURES:
            return
        for source in (self._named, self._annotated, self._associated):
            with suppress(*_FAILURES):
                for name, specification in source():
                    if len(self.files) > max(most, _MOST_NAMES):  # files that are not taken are named all the same
                        return
                    self._add(name, specification)

    def _named(self) -> Iterator[tuple[str, Any]]:
        names: Any = self._pdf.Root.get("/Names", {})
        if "/EmbeddedFiles" in names:
            yield from ((str(name), value) for name, value in pikepdf.NameTree(names.EmbeddedFiles).items())

    def _annotated(self) -> Iterator[tuple[str, Any]]:
        annotations = (one for page in self._pdf.pages for one in page.obj.get("/Annots", ()))
        for annotation in islice(annotations, _MOST_ANNOTATIONS):
            if isinstance(annotation, pikepdf.Dictionary) and annotation.get("/Subtype") == "/FileAttachment":
                yield "", annotation.get("/FS")

    def _associated(self) -> Iterator[tuple[str, Any]]:
        """Of the document and of its pages."""
        left = _MOST_SPECIFICATIONS
        for owner in (self._pdf.Root, *(page.obj for page in self._pdf.pages)):
            listed: Any = owner.get("/AF", [])
            for specification in islice(listed if isinstance(listed, pikepdf.Array) else [listed], left):
                left -= 1
                yield "", specification

    def _add(self, name: str, specification: Any) -> None:
        if not isinstance(specification, pikepdf.Dictionary):
            return
        streams: Any = specification.get("/EF", {})
        stream = next((streams[key] for key in _KEYS if key in streams), None)
        if not isinstance(stream, pikepdf.Stream) or stream.objgen in self._known:
            return
        self._known.add(stream.objgen)
        shown = next((str(specification[key]) for key in _KEYS if key in specification), "") or name
        self.files.append(EmbeddedFile(_readable(shown) or f"attachment {len(self.files) + 1}", stream))

    def facts(self) -> dict[str, Any]:
        """`embedded`: names of all files; `e_invoices`: of those the XML of electronic invoices."""
        names = [file.name for file in self.files]
        e_invoices = [file.name for file in self.files if file.is_e_invoice]
        return {
            "has_attachments": bool(names),
            "embedded": names[:_MOST_NAMES],
            "e_invoices": e_invoices[:_MOST_NAMES],
            "is_portfolio": self.is_portfolio,
        }

    def documents(self, most_bytes: int) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each that is a document."""
        for file in self.files:
            content = None if file.is_e_invoice else file.data(most_bytes)
            if content is not None and file.is_document(content):
                yield file.name, content


def _readable(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character if character.isprintable() else " " for character in last)
    return " ".join(kept.encode("utf-8", "ignore").decode("utf-8").split())[-_LONGEST_NAME:]
