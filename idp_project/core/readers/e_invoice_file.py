"""The XML of an e-invoice: alone or inside a PDF, recognised by its root, its attachments taken out. Child of a sandbox only."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from idp_project.core.files.errors import (
    XML_ATTACHMENTS_TOO_LARGE,
    XML_TOO_MANY_ATTACHMENTS,
    ParseFailure,
    SandboxCode,
)
from idp_project.core.readers.attached_file import AttachedFile
from idp_project.core.readers.bounded_xml import MOST_BYTES, Node, Tree, parse_xml
from idp_project.core.readers.e_invoice_schema import BINARY
from idp_project.core.readers.embedded_files import EmbeddedFiles

# Namespace and local name of the root: the one thing that decides what the XML is, whatever its file is called.
SYNTAXES = {
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", "CrossIndustryInvoice"): "cii",
    ("urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", "Invoice"): "ubl",
    ("urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", "CreditNote"): "ubl",
    ("urn:ferd:CrossIndustryDocument:invoice:1p0", "CrossIndustryDocument"): "zugferd1",
    (
        "urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100",
        "SCRDMCCBDACIOMessageStructure",
    ): "order-x",
}
_BEGINNINGS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b" ", b"\n", b"\r", b"\t")
_MOST_CANDIDATES = 20
_LONGEST_NAME = 120
_UNSAFE = frozenset('<>:"/\\|?*\0')


@dataclass(frozen=True)
class FoundXml:
    """`name`: that of the file inside the PDF, "" for a file that is XML itself."""

    name: str
    data: bytes
    tree: Tree
    attachments: list[AttachedFile] = field(default_factory=list)


def read_file(data: bytes, max_attachments: int, max_bytes: int) -> FoundXml:
    """Raises ParseFailure: the codes of `parse_xml`, not_an_e_invoice, too_many_attachments."""
    tree = parse_xml(data)
    if not syntax_of(tree):
        raise ParseFailure(SandboxCode.NOT_AN_E_INVOICE)
    return _found("", data, tree, max_attachments, max_bytes)


def read_pdf(embedded: EmbeddedFiles, max_attachments: int, max_bytes: int) -> FoundXml | None:
    """The invoice before an order, one under a known name before others; None where the PDF carries none.

    Raises what `read_file` does, but only for a file that goes by the name of an invoice.
    """
    found: list[tuple[bool, bool, str, bytes, Tree]] = []
    files = (file for file in embedded.files if file.is_e_invoice or file.name.lower().endswith(".xml"))
    for file in islice(files, _MOST_CANDIDATES):
        content = file.data(MOST_BYTES)
        if content is None and file.is_e_invoice:
            raise ParseFailure(SandboxCode.XML_TOO_LARGE)
        if content is None or not content.startswith(_BEGINNINGS):
            continue
        try:
            tree = parse_xml(content)
        except ParseFailure:
            if file.is_e_invoice:
                raise
            continue
        if syntax := syntax_of(tree):
            found.append((syntax == "order-x", not file.is_e_invoice, file.name, content, tree))
    if not found:
        return None
    _is_order, _is_other, name, content, tree = min(found, key=lambda entry: entry[:2])
    return _found(name, content, tree, max_attachments, max_bytes)


def syntax_of(tree: Tree) -> str:
    """ "" for XML that is no electronic invoice."""
    namespace, local = tree["names"][tree["root"][0]]
    return SYNTAXES.get((namespace, local), "")


def _found(name: str, data: bytes, tree: Tree, max_attachments: int, max_bytes: int) -> FoundXml:
    attachments = list(_take_out(tree, max_attachments, max_bytes))
    return FoundXml(name, data, {**tree, "syntax": syntax_of(tree)}, attachments)


def _take_out(tree: Tree, max_attachments: int, max_bytes: int) -> Iterator[AttachedFile]:
    """Each attachment (BG-24) leaves the tree: its node has `attachment`, its number, instead of the text, or `unreadable`
    where it is not base64."""
    binary = {index for index, (_, local) in enumerate(tree["names"]) if local in BINARY}
    count, left = 0, max_bytes
    for node in _nodes(tree["root"]):
        if node[0] not in binary:
            continue
        content = _decoded(node[2])
        node[2] = ""
        if not content:
            node[1]["unreadable"] = "base64"
            continue
        left -= len(content)
        if count == max_attachments:
            raise ParseFailure(SandboxCode.TOO_MANY_ATTACHMENTS, XML_TOO_MANY_ATTACHMENTS(most=max_attachments))
        if left < 0:
            raise ParseFailure(SandboxCode.TOO_MANY_BYTES, XML_ATTACHMENTS_TOO_LARGE())
        node[1]["attachment"] = str(count)
        count += 1
        yield AttachedFile(safe_name(node[1].get("filename", "")) or f"attachment {count}", content)


def _nodes(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node[3]))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def safe_name(name: str) -> str:
    """The last part of a path, without signs that a file system or a reader could take for something else, at most 120
    characters, the extension kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign if sign.isprintable() and sign not in _UNSAFE else " " for sign in last)
    clean = " ".join(kept.encode("utf-8", "ignore").decode("utf-8").split()).strip(". ")
    return clean[-_LONGEST_NAME:]
