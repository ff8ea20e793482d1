"""XML of e-invoices in the real sandbox: found wherever a PDF keeps it, kept byte for byte, and refused by name."""

from __future__ import annotations

import base64
import datetime
import io
import time

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from idp_project.core.errors import PermanentFailure
from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.limits import SandboxLimits
from tests.factories import e_invoices

pytestmark = pytest.mark.enable_socket
_UBL_ROOT = b"<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'>"


@pytest.fixture(scope="module")
def sandbox():
    return Sandbox(limits=SandboxLimits())


@pytest.fixture
def saved(tmp_path):
    def save(content: bytes, name: str = "file") -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return save


def blank_pdf() -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 400))
    return pdf


def with_file(name: str, content: bytes, way: str) -> bytes:
    pdf = blank_pdf()
    specification = pikepdf.AttachedFileSpec(pdf, content, filename=name, mime_type="text/xml")
    if way == "names":
        pdf.attachments[name] = specification
    elif way == "/AF of the document":
        pdf.Root.AF = pikepdf.Array([pdf.make_indirect(specification.obj)])
    elif way == "/AF of a page":
        pdf.pages[0].obj.AF = pikepdf.Array([pdf.make_indirect(specification.obj)])
    else:
        pdf.pages[0].obj.Annots = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.FileAttachment,
                    Rect=[0, 0, 9, 9],
                    FS=pdf.make_indirect(specification.obj),
                )
            ]
        )
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


@pytest.mark.parametrize("way", ["names", "/AF of the document", "/AF of a page", "annotation"])
@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-Invoice.XML", "XRECHNUNG.xml", "rechnung 12.xml"])
def test_xml_is_found_in_a_pdf_byte_for_byte(sandbox, saved, way, name):
    content = b"\xef\xbb\xbf" + e_invoices.written("cii")
    received = sandbox.read_e_invoice(saved(with_file(name, content, way)))
    assert received is not None and received.xml == content and received.name == name
    assert received.tree["syntax"] == "cii" and received.schema["messages"] == []


@pytest.mark.parametrize("syntax", ["cii", "ubl"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-15", "windows-1252"])
def test_xml_alone_is_read_in_its_encoding(sandbox, saved, syntax, encoding):
    text = e_invoices.written(syntax).decode().replace("UTF-8", encoding)
    received = sandbox.read_e_invoice(saved(text.encode(encoding)))
    assert received is not None and received.xml == text.encode(encoding)
    assert "Muster & Söhne GmbH" in str(received.tree)


def test_a_pdf_without_xml_has_no_e_invoice(sandbox, saved):
    target = io.BytesIO()
    blank_pdf().save(target)
    assert sandbox.read_e_invoice(saved(target.getvalue())) is None
    assert sandbox.read_e_invoice(saved(with_file("note.xml", b"<note>hello</note>", "names"))) is None


def test_the_schema_is_named_with_what_breaks_it(sandbox, saved):
    content = e_invoices.written("ubl").replace(b"<cbc:IssueDate>2026-11-03<", b"<cbc:IssueDate>yesterday<")
    received = sandbox.read_e_invoice(saved(content))
    assert received.schema["schema"] == "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"
    (first, *_more) = received.schema["messages"]
    assert first["path"] == "/ubl:Invoice/cbc:IssueDate[1]" and "yesterday" in first["text"]


@pytest.mark.parametrize("syntax", ["cii", "ubl"])
def test_attachments_come_out_with_clean_names(sandbox, saved, syntax):
    held = base64.b64encode(b"%PDF-1.7 held").decode()
    received = sandbox.read_e_invoice(saved(e_invoices.written(syntax, attachment=held)))
    assert [(one.name, one.data) for one in received.attachments] == [("Beleg 1 .pdf", b"%PDF-1.7 held")]
    assert held not in str(received.tree) and held.encode() in received.xml
    assert received.schema["messages"] == []


def test_base64_that_is_none_is_left_out(sandbox, saved):
    received = sandbox.read_e_invoice(saved(e_invoices.written("ubl", attachment="%%%")))
    assert received.attachments == () and "unreadable" in str(received.tree)


def deep(levels: int) -> bytes:
    return _UBL_ROOT + b"<a>" * levels + b"</a>" * levels + b"</Invoice>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (e_invoices.XXE, "xml_external_entity"),
        (b'<!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/x.dtd">' + _UBL_ROOT + b"</Invoice>", "xml_external_entity"),
        (
            b'<!DOCTYPE I [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>' + _UBL_ROOT + b"</Invoice>",
            "xml_external_entity",
        ),
        (e_invoices.BILLION_LAUGHS, "xml_entities"),
        (e_invoices.WITH_DTD, "xml_with_dtd"),
        (deep(500), "xml_too_large"),
        (_UBL_ROOT + b"<a/>" * 400_001 + b"</Invoice>", "xml_too_large"),
        (_UBL_ROOT + b"<a>" + b"x" * (50 * 2**20) + b"</a></Invoice>", "xml_too_large"),
        (b"<?xml version='1.0'?><note/>", "not_an_e_invoice"),
        (b"<?xml version='1.0'?><Invoice xmlns='urn:something:else'/>", "not_an_e_invoice"),
        (_UBL_ROOT + b"<a>", "damaged"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_harmful_xml_is_refused_by_name(sandbox, saved, content, code):
    content = content if content.startswith(b"<?xml") else b"<?xml version='1.0'?>" + content
    with pytest.raises(PermanentFailure) as refused:
        sandbox.read_e_invoice(saved(content))
    assert refused.value.code == code


@pytest.mark.parametrize("content", [e_invoices.XXE, e_invoices.BILLION_LAUGHS], ids=["XXE", "billion laughs"])
def test_harmful_xml_in_a_pdf_is_refused_by_name(sandbox, saved, content):
    with pytest.raises(PermanentFailure) as refused:
        sandbox.read_e_invoice(saved(with_file("factur-x.xml", content, "names")))
    assert refused.value.code.startswith("xml_e")


def test_large_xml_in_a_pdf_is_refused_by_name(sandbox, saved):
    """50 MB that are a few kilobytes as they are packed."""
    content = _UBL_ROOT + b" " * (50 * 2**20) + b"</Invoice>"
    with pytest.raises(PermanentFailure) as refused:
        sandbox.read_e_invoice(saved(with_file("factur-x.xml", content, "names")))
    assert refused.value.code == "xml_too_large"


def test_xml_has_no_pages_to_render(sandbox, saved):
    path = saved(e_invoices.written("cii"))
    with pytest.raises(PermanentFailure) as refused:
        sandbox.render(path, 1, 72)
    assert refused.value.code == "unsupported_format"


# --- signatures


@pytest.fixture(scope="module")
def signed():
    """A signed PDF, and the certificate of who issued the signature, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Muster GmbH")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 5, now - datetime.timedelta(1), now + datetime.timedelta(9)
    )
    use = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = builder.add_extension(use, True).sign(key, hashes.SHA256())
    packed = pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, serialization.NoEncryption())
    target = io.BytesIO()
    blank_pdf().save(target)
    signer = signers.SimpleSigner.load_pkcs12_data(packed, [], b"")
    details = signers.PdfSignatureMetadata(field_name="Signature1")
    pdf = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(target.getvalue())), details, signer=signer).getvalue()
    return pdf, certificate.public_bytes(serialization.Encoding.PEM).decode()


def test_a_signature_is_valid_only_for_a_known_issuer(sandbox, saved, signed):
    pdf, issuer = signed
    path = saved(pdf)
    (unknown,) = sandbox.read_signatures(path)
    (known,) = sandbox.read_signatures(path, [issuer])
    assert (unknown["status"], known["status"]) == ("unknown_issuer", "valid")
    assert (
        "Muster GmbH" in known["signer"]
        and known["covers_all"]
        and known["signed_at"].startswith(str(time.gmtime()[0]))
    )
    assert sandbox.inspect(path)["is_signed"]


def test_changes_after_signing_are_seen(sandbox, saved, signed):
    pdf, issuer = signed
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)
    added = io.BytesIO()
    writer.write(added)
    for content in (added.getvalue(), pdf.replace(b"0 0 300 400", b"0 0 300 401", 1)):
        (found,) = sandbox.read_signatures(saved(content), [issuer])
        assert found["status"] == "changed"


def test_a_pdf_without_signature_has_none(sandbox, saved):
    path = saved(with_file("factur-x.xml", e_invoices.written("cii"), "names"))
    assert sandbox.read_signatures(path) == [] and not sandbox.inspect(path)["is_signed"]
