"""Files to submit: samples of the product's own generator, and files with one fault each."""

from __future__ import annotations

import io
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image, ImageDraw

from documents.services.intake.receiving import IncomingFile
from idp_project.operations.samples import generate
from idp_project.operations.samples.generator import Sample

_HEIC = Path(__file__).parent / "heic"


@cache
def _sample(kind: str, seed: int, simulate: str, flaw: str) -> Sample:
    return generate(kind, seed, simulate, locale="en_GB" if kind == "invoice" else "", flaw=flaw)


def sample(kind: str = "invoice", seed: int = 14, simulate: str = "digital", flaw: str = "") -> IncomingFile:
    """Invoice 14 is one page and goes its way unseen; with `flaw="wrong_total"` a person has to look."""
    made = _sample(kind, seed, simulate, flaw)
    return incoming(made.file_name, made.content)


def true_values(kind: str = "invoice", seed: int = 14) -> dict[str, str]:
    """What is printed on the born-digital sample."""
    fields: dict[str, str] = _sample(kind, seed, "digital", "").labels["sub_documents"][0]["fields"]
    return fields


def numbered(count: int, first: int = 1) -> list[IncomingFile]:
    """Invoices like `sample()` that go their way unseen, with numbers of their own: copies would wait for a person."""
    printed = true_values()["invoice_number"].encode()
    made = []
    for number in range(first, first + count):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(content_of(sample()))) as pdf:
            page = pdf.pages[0]
            page.contents_coalesce()
            stream = page.Contents.read_bytes()
            page.Contents.write(stream.replace(printed, b"RE%07d" % number))
            pdf.save(out)
        made.append(incoming(f"{number:03}.pdf", out.getvalue()))
    return made


def for_review() -> IncomingFile:
    """An invoice whose total does not add up: two pages."""
    return sample(seed=22, flaw="wrong_total")


def incoming(name: str, content: bytes) -> IncomingFile:
    """In two chunks, as an upload comes."""
    half = len(content) // 2
    return IncomingFile(name, [content[:half], content[half:]])


def content_of(file: IncomingFile) -> bytes:
    return b"".join(file.chunks)


def not_a_document() -> IncomingFile:
    return incoming("notes.pdf", b"Just some text that somebody renamed. " * 40)


def empty() -> IncomingFile:
    return incoming("empty.pdf", b"")


def truncated() -> IncomingFile:
    """The first part of a transfer that was interrupted; readers would rebuild some of its pages."""
    content = content_of(for_review())
    return incoming("truncated.pdf", content[: len(content) // 2])


def without_page_tree() -> IncomingFile:
    """Head and end are right, what is between them is noise."""
    content = content_of(sample())
    return incoming("tree.pdf", content[:20] + b"x" * 5000 + content[-100:])


def without_trailer() -> IncomingFile:
    """What says where the pages are is gone; the pages are there."""
    return incoming(
        "repaired.pdf", content_of(sample()).replace(b"trailer", b"       ").replace(b"startxref", b"startzref")
    )


def encrypted() -> IncomingFile:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content_of(sample()))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user="secret"))
    return incoming("encrypted.pdf", out.getvalue())


def wrongly_named() -> IncomingFile:
    return incoming("invoice.png", content_of(sample()))


def pdf(name: str, *page_sizes: tuple[float, float]) -> IncomingFile:
    """Blank pages of these sizes in points."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for size in page_sizes:
            document.add_blank_page(page_size=size)
        document.save(out)
    return incoming(name, out.getvalue())


def stack(name: str, *parts: IncomingFile) -> IncomingFile:
    """One PDF of the pages of several."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for part in parts:
            with pikepdf.open(io.BytesIO(content_of(part))) as source:
                document.pages.extend(source.pages)
        document.save(out)
    return incoming(name, out.getvalue())


def tiff(name: str = "stack.tiff", *, broken_page: int | None = None) -> IncomingFile:
    """Three pages with a line of text each; the pixels of `broken_page` cannot be decoded."""
    pages = [_page_image(f"Receipt number {number}") for number in (1, 2, 3)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_adobe_deflate", dpi=(100, 100))
    content = bytearray(out.getvalue())
    if broken_page:
        start, length = _strip(content, broken_page)
        content[start : start + length] = b"\xff" * length
    return incoming(name, bytes(content))


def picture(kind: str) -> IncomingFile:
    """Invoice 14 as if photographed or scanned: one page at 150 dpi, as the Pillow format `kind` or HEIC."""
    if kind == "HEIC":
        return incoming("invoice-0014.heic", heic("invoice-0014"))
    out = io.BytesIO()
    _photographed().save(out, kind, dpi=(150, 150))
    return incoming(f"invoice-0014.{kind.lower()}", out.getvalue())


def pages_tiff() -> IncomingFile:
    """The same page three times in one file, as a fax machine's bilevel pages."""
    page, out = _photographed().convert("1"), io.BytesIO()
    page.save(out, "TIFF", save_all=True, append_images=[page, page], compression="group4", dpi=(150, 150))
    return incoming("invoice-0014.tiff", out.getvalue())


def _photographed() -> Image.Image:
    return pypdfium2.PdfDocument(content_of(sample()))[0].render(scale=150 / 72).to_pil()


def heic(name: str) -> bytes:
    """`invoice-0014`, the picture of that sample, or `two-frames`: nothing that the product installs can write HEIC, so
    these were made once with pillow-heif."""
    return (_HEIC / f"{name}.heic").read_bytes()


def message(
    name: str = "message.eml",
    *attached: IncomingFile | EmailMessage,
    subject: str = "Papers",
    text: str = "Please see the attached files and process them this week.",
) -> IncomingFile:
    """An e-mail; files and messages that came with it, each by its own name."""
    return incoming(name, mail(*attached, subject=subject, text=text).as_bytes())


def mail(*attached: IncomingFile | EmailMessage, subject: str = "Papers", text: str = "See below.") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ada Ward <ada@harrowmere.example>", "in@harrowmere.example", subject
    made.set_content(text)
    for file in attached:
        if isinstance(file, EmailMessage):
            made.add_attachment(file)
        else:
            made.add_attachment(content_of(file), maintype="application", subtype="octet-stream", filename=file.name)
    return made


def _page_image(text: str) -> Image.Image:
    image = Image.new("L", (827, 400), 255)
    draw = ImageDraw.Draw(image)
    for line in range(6):
        draw.text((60, 40 + 50 * line), f"{text}, line {line}", fill=0, font_size=28)
    return image


def _strip(content: bytearray, page: int) -> tuple[int, int]:
    """Offset and length of a page's first strip."""
    with Image.open(io.BytesIO(bytes(content))) as image:
        image.seek(page - 1)
        tags = image.tag_v2  # type: ignore[attr-defined]
        return tags[273][0], tags[279][0]
