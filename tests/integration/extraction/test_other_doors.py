"""What comes in by other doors: files inside PDFs, signatures and covering texts of e-mails, separator pages, names that lie."""

import io

import pikepdf
import pytest
from PIL import Image

from documents.selectors.file_notes import notes_of
from documents.selectors.readable import document_view_for
from idp_project.core.readers.message_pdf import message_pdf
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
NOTICE = "For the best experience, open this PDF portfolio in Acrobat X or Adobe Reader X, or later."


def carrying(content: bytes, *attached: tuple[str, bytes], is_portfolio: bool = False) -> bytes:
    """A PDF with files in it."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for name, data in attached:
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
        if is_portfolio:
            pdf.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


def sheet(text: str) -> bytes:
    return message_pdf(text, [], "", 2)


def reasons(outcome, name):
    with organization_scope(outcome.batch.organization_id):
        found = outcome.document(name).sub_documents.all()
        return [reason.code for sub_document in found for reason in sub_document.reasons]


def logo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (220, 80), "navy").save(target, "PNG")
    return target.getvalue()


def signed_mail() -> bytes:
    made = files.mail(text="Please find our invoice attached.\n\nKind regards\nAda Ward")
    made.add_alternative('<p>Please find our invoice attached.</p><img src="cid:logo1" width="110">', subtype="html")
    made.get_payload()[1].add_related(logo(), "image", "png", cid="<logo1>", filename="image001.png")
    invoice = files.sample()
    made.make_mixed()
    made.add_attachment(files.content_of(invoice), maintype="application", subtype="pdf", filename=invoice.name)
    return made.as_bytes()


def test_documents_in_a_pdf_are_documents_and_others_are_named(cast, drain):
    cast.publish("invoice")
    inner = files.content_of(files.sample())
    outer = files.content_of(files.sample(seed=9))
    content = carrying(outer, ("inner.pdf", inner), ("factur-x.xml", b"<x/>"), ("notes.txt", b"Pay soon."))
    outcome = Outcome(submit(cast, files.incoming("carrier.pdf", content)))
    drain()
    assert set(outcome.statuses()) == {"carrier.pdf", "inner.pdf"}
    assert outcome.document("inner.pdf").attachment_of_id == outcome.document("carrier.pdf").id
    assert outcome.document("inner.pdf").status == "completed"
    carrier = outcome.document("carrier.pdf")
    assert carrier.status == "in_review" and "files_not_read" in reasons(outcome, "carrier.pdf")
    with organization_scope(cast.organization.id):
        told = [reason for part in carrier.sub_documents.all() for reason in part.reasons]
    assert [reason.params["names"] for reason in told if reason.code == "files_not_read"] == ["notes.txt"]
    assert carrier.metadata["e_invoices"] == ["factur-x.xml"]
    assert [note.code for note in notes_of(carrier)] == ["e_invoice_left"]


def test_an_electronic_invoice_inside_holds_nothing_up(cast, drain):
    cast.publish("invoice")
    content = carrying(files.content_of(files.sample()), ("ZUGFeRD-invoice.xml", b"<x/>"))
    outcome = Outcome(submit(cast, files.incoming("bill.pdf", content)))
    drain()
    assert outcome.statuses() == {"bill.pdf": "completed"}


def test_cover_of_a_portfolio_needs_nobody(cast, drain):
    cast.publish("invoice")
    cover = message_pdf("Portfolio", [], NOTICE, 2)
    content = carrying(cover, ("inner.pdf", files.content_of(files.sample())), is_portfolio=True)
    outcome = Outcome(submit(cast, files.incoming("portfolio.pdf", content)))
    drain()
    assert outcome.statuses() == {"portfolio.pdf": "completed", "inner.pdf": "completed"}
    assert reasons(outcome, "portfolio.pdf") == ["cover_of_files"]


def test_pdfs_in_pdfs_are_opened_so_deep_and_no_deeper(cast, drain, settings):
    settings.MAX_MESSAGE_DEPTH = 1
    cast.publish("invoice")
    innermost = files.content_of(files.sample())
    middle = carrying(files.content_of(files.sample(seed=9)), ("innermost.pdf", innermost))
    outer = carrying(files.content_of(files.sample(seed=22)), ("middle.pdf", middle))
    outcome = Outcome(submit(cast, files.incoming("outer.pdf", outer)))
    drain()
    assert set(outcome.statuses()) == {"outer.pdf", "middle.pdf"}
    assert "files_not_read" in reasons(outcome, "middle.pdf")


def test_more_files_than_allowed_are_named(cast, drain, settings):
    settings.MAX_ATTACHMENTS = 1
    cast.publish("invoice")
    inner = files.content_of(files.sample())
    content = carrying(files.content_of(files.sample(seed=9)), ("one.pdf", inner), ("two.pdf", inner))
    outcome = Outcome(submit(cast, files.incoming("carrier.pdf", content)))
    drain()
    assert set(outcome.statuses()) == {"carrier.pdf"} and "files_not_read" in reasons(outcome, "carrier.pdf")


def test_a_form_for_another_viewer_goes_to_a_person_by_name(cast, drain):
    cast.publish("invoice")
    text = "Please wait... If this message is not eventually replaced by the proper contents of the document, …"
    outcome = Outcome(submit(cast, files.incoming("form.pdf", message_pdf("Form", [], text, 2))))
    drain()
    assert outcome.statuses() == {"form.pdf": "in_review"} and "form_not_shown" in reasons(outcome, "form.pdf")


def test_signature_and_covering_text_of_a_mail_need_nobody(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.incoming("signed.eml", signed_mail())))
    drain()
    assert set(outcome.statuses()) == {"signed.eml", "invoice-0014-digital.pdf"}
    mail = outcome.document("signed.eml")
    assert mail.status == "completed" and reasons(outcome, "signed.eml") == ["covering_text"]
    assert mail.metadata["left_out"] == ["image001.png"] and [note.code for note in notes_of(mail)] == ["pictures_left"]
    with organization_scope(cast.organization.id):
        view = document_view_for(cast.access(cast.owner), mail.id)
    assert view["sub_documents"][0]["is_blank"] and view["document"]["notes"]


def test_a_mail_that_is_the_invoice_is_a_document(cast, drain):
    cast.publish("invoice")
    text = "Invoice number KM-40218\nDate 14 May 2025\nNet total 360.50\nVAT 20% 72.10\nTotal due 432.60"
    outcome = Outcome(submit(cast, files.message("bill.eml", files.sample(), subject="Invoice", text=text)))
    drain()
    assert outcome.document("bill.eml").status == "in_review" and "covering_text" not in reasons(outcome, "bill.eml")


def test_a_mail_with_nothing_but_a_logo_is_read_by_a_person(cast, drain):
    cast.publish("invoice")
    attached = files.incoming("logo.png", logo())
    outcome = Outcome(submit(cast, files.message("question.eml", attached, text="When will you pay the last bill?")))
    drain()
    assert outcome.document("question.eml").status == "in_review"


def test_separator_pages_part_a_stack_and_belong_to_nobody(cast, drain):
    cast.publish("invoice")
    stack = files.stack(
        "stack.pdf",
        files.sample(),
        files.incoming("sheet.pdf", sheet("TRENNBLATT")),
        files.sample(seed=9),
        files.incoming("sheet.pdf", sheet("PATCH T")),
        files.sample(seed=22),
    )
    outcome = Outcome(submit(cast, stack))
    drain()
    with organization_scope(cast.organization.id):
        parts = list(outcome.document("stack.pdf").sub_documents.all())
    assert [part.is_blank for part in parts].count(True) == 2
    assert [[reason.code for reason in part.reasons] for part in parts if part.is_blank] == [["separator_page"]] * 2
    assert [part.boundary_score for part in parts if not part.is_blank] == [1.0, 1.0, 1.0]


def test_a_picture_under_another_name_is_read_with_a_note(cast, drain):
    cast.publish("invoice")
    picture = files.picture("PNG")
    outcome = Outcome(submit(cast, files.incoming("photo.jpg", files.content_of(picture))))
    drain()
    photo = outcome.document("photo.jpg")
    assert photo.status != "failed" and photo.source_file.content_type == "image/png"
    assert [(note.code, note.params["format"]) for note in notes_of(photo)] == [("named_otherwise", "PNG")]
