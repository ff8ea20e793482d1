"""What a child can be asked: each operation takes the opened file and yields frames."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from idp_project.core.files.errors import ParseFailure, SandboxCode
from idp_project.core.files.formats import OFFICE_FORMATS, FileFormat
from idp_project.core.files.sniff import HEAD_BYTES, sniff
from idp_project.core.isolation.child_life import describe_failure
from idp_project.core.isolation.wire import Frame
from idp_project.core.readers import pdf_signatures
from idp_project.core.readers.e_invoice_file import FoundXml, read_file, read_pdf
from idp_project.core.readers.e_invoice_schema import check_schema
from idp_project.core.readers.image_file import ImageFile
from idp_project.core.readers.message_file import MessageFile
from idp_project.core.readers.pdf_file import PdfFile

_SIZES_IN_FACTS = 20


class PagedFile(Protocol):
    """A document of pages, whatever it is made of. Page numbers are 1-based; sizes are points of the upright page."""

    @property
    def page_count(self) -> int: ...

    def facts(self) -> dict[str, Any]: ...

    def page_size(self, number: int) -> tuple[float, float]: ...

    def render(self, number: int, dpi: float) -> NDArray[np.uint8]: ...

    def text_layer(self, number: int) -> dict[str, Any]: ...


class _NoPages:
    """Of XML: whatever is asked of its pages is refused."""

    def __getattr__(self, name: str) -> Any:
        raise ParseFailure(SandboxCode.UNSUPPORTED_FORMAT)


class OpenedFile:
    """The bytes behind the file descriptor, opened by the format that they announce and held to the limits."""

    def __init__(self, descriptor: int, limits: dict[str, int]) -> None:
        if os.fstat(descriptor).st_size > limits["max_bytes"]:
            raise ParseFailure(SandboxCode.TOO_MANY_BYTES)
        with os.fdopen(descriptor, "rb", closefd=False) as source:
            data = source.read(limits["max_bytes"])
        if not data:
            raise ParseFailure(SandboxCode.EMPTY_FILE)
        self.format = file_format = sniff(data[:HEAD_BYTES], data[-HEAD_BYTES:])
        most = limits["max_pages"], limits["max_page_pixels"]
        self.data, self.limits = data, limits
        self.pages: PagedFile = _NoPages()
        if file_format is FileFormat.XML:
            return  # its readable PDF is made from what `read_e_invoice` gives
        if file_format in OFFICE_FORMATS:
            raise ParseFailure(SandboxCode.UNSUPPORTED_FORMAT)  # its PDF is read
        if file_format is FileFormat.PDF:
            own = {"max_attachments": limits["max_attachments"], "max_bytes": limits["max_bytes"]}
            self.pages = PdfFile(data, *most, **own)
        elif file_format is FileFormat.EML:
            self.pages = MessageFile(data, *most, limits["max_attachments"])
        else:
            self.pages = ImageFile(data, file_format, *most)

    def numbered(self, number: int) -> int:
        if not 1 <= number <= self.pages.page_count:
            raise ParseFailure(SandboxCode.PAGE_MISSING)
        return number


def inspect(opened: OpenedFile) -> Iterator[Frame]:
    pages = opened.pages
    numbers = range(1, min(pages.page_count, _SIZES_IN_FACTS) + 1)
    sizes = [pages.page_size(number) for number in numbers]
    yield Frame({"format": opened.format.value, "page_count": pages.page_count, "sizes": sizes, **pages.facts()})


def inspect_scan(opened: OpenedFile, dpi: int) -> Iterator[Frame]:
    """Yields what `inspect` does, then the first page if the file has no text: a second child would decode it again."""
    for facts in inspect(opened):
        yield facts
        if not facts.values["has_text_layer"]:
            yield from render(opened, 1, dpi)


def page_sizes(opened: OpenedFile) -> Iterator[Frame]:
    pages = opened.pages
    yield Frame({"sizes": [pages.page_size(number) for number in range(1, pages.page_count + 1)]})


def render(opened: OpenedFile, page_number: int, dpi: int) -> Iterator[Frame]:
    yield Frame({}, [opened.pages.render(opened.numbered(page_number), dpi)])


def read_text_layer(opened: OpenedFile, page_number: int) -> Iterator[Frame]:
    yield Frame(opened.pages.text_layer(opened.numbered(page_number)))


def read_pages(opened: OpenedFile, page_numbers: list[int], view_dpi: int) -> Iterator[Frame]:
    """Two frames a page, image and text layer, each of which may be a failure of its own."""
    for number in page_numbers:
        for part in (render, read_text_layer):
            try:
                arguments = {"dpi": view_dpi} if part is render else {}
                yield from part(opened, page_number=number, **arguments)
            except Exception as error:
                yield Frame(describe_failure(error))


def make_pdf(opened: OpenedFile) -> Iterator[Frame]:
    """The PDF that an e-mail is read as; nothing else has one. Raises ParseFailure unsupported_format."""
    if not isinstance(opened.pages, MessageFile):
        raise ParseFailure(SandboxCode.UNSUPPORTED_FORMAT)
    yield Frame({}, data=opened.pages.pdf)


def read_attachments(opened: OpenedFile) -> Iterator[Frame]:
    """A frame an attachment of an e-mail, or a document embedded in a PDF; none of anything else."""
    if isinstance(opened.pages, MessageFile | PdfFile):
        for attached in opened.pages.attachments():
            yield Frame({"name": attached.name}, data=attached.data)


def read_e_invoice(opened: OpenedFile) -> Iterator[Frame]:
    """The XML of an electronic invoice, alone or inside a PDF, with its tree; then a frame per attachment. None of others."""
    most = opened.limits["max_attachments"], opened.limits["max_bytes"]
    found: FoundXml | None = None
    if opened.format is FileFormat.XML:
        found = read_file(opened.data, *most)
    elif isinstance(opened.pages, PdfFile):
        found = read_pdf(opened.pages.embedded, *most)
    if found is None:
        yield Frame({"is_found": False})
        return
    values = {"is_found": True, "name": found.name, "tree": found.tree, "schema": check_schema(found.tree)}
    yield Frame(values, data=found.data)
    for attached in found.attachments:
        yield Frame({"name": attached.name}, data=attached.data)


def read_signatures(opened: OpenedFile, trusted: list[str]) -> Iterator[Frame]:
    """What is known of the signatures of a PDF; none of other files."""
    found = pdf_signatures.read_signatures(opened.data, trusted) if isinstance(opened.pages, PdfFile) else []
    yield Frame({"signatures": found})


OPERATIONS: dict[str, Callable[..., Iterator[Frame]]] = {
    operation.__name__: operation
    for operation in (
        inspect,
        inspect_scan,
        page_sizes,
        render,
        read_text_layer,
        read_pages,
        make_pdf,
        read_attachments,
        read_e_invoice,
        read_signatures,
    )
}
