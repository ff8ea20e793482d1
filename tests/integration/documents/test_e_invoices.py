"""Electronic invoices through the pipeline: kept byte for byte, leading, compared, refused by name, shown, saved and removed."""

from __future__ import annotations

import base64
import io
from email.message import EmailMessage

import pikepdf
import pytest

from documents import storage
from documents.domain.earned.strata import Stratum
from documents.models import FieldValue, ReceivedEInvoice
from documents.services.approving.evidence import is_each_value_confirmed
from documents.services.removing.removal import document_delete
from documents.services.removing.stored_files import files_remove
from idp_project.core.files.errors import SandboxCode, refusal
from idp_project.core.isolation.rules.client import RuleServer
from idp_project.core.tenancy import organization_scope
from idp_project.operations.samples.e_invoices import Deviation, EInvoiceRecipe, make_e_invoice
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
ATTACHED = (
    b"<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>T-1</ram:IssuerAssignedID><ram:TypeCode>916</ram:TypeCode>"
    b'<ram:AttachmentBinaryObject mimeCode="application/pdf" filename="timesheet.pdf">%s</ram:AttachmentBinaryObject>'
    b"</ram:AdditionalReferencedDocument></ram:ApplicableHeaderTradeAgreement>"
)
XXE = b'<?xml version="1.0"?><!DOCTYPE i [<!ENTITY a SYSTEM "file:///etc/passwd">]><Invoice>&a;</Invoice>'


def sample(seed: int = 1, deviation: Deviation = Deviation.NONE, *, is_xml_only: bool = False):
    return make_e_invoice(EInvoiceRecipe(seed, "en_GB", deviation, is_xml_only=is_xml_only))


def read(cast, drain, *contents: tuple[str, bytes]) -> Outcome:
    cast.publish("invoice")
    outcome = Outcome(submit(cast, *(files.incoming(name, content) for name, content in contents)))
    drain()
    return outcome


def sub_document(cast, outcome, name):
    with organization_scope(cast.organization.id):
        return outcome.document(name).sub_documents.get()


def test_xml_in_a_pdf_is_kept_and_leads(cast, drain):
    made = sample()
    outcome = read(cast, drain, ("bill.pdf", made.content))
    assert outcome.statuses() == {"bill.pdf": "completed"}
    document = outcome.document("bill.pdf")
    with organization_scope(cast.organization.id):
        row = ReceivedEInvoice.objects.get(document=document)
        with storage.original_open(row.storage_name) as stored:
            xml = stored.read()
        values = dict(FieldValue.objects.filter(table_row=None).values_list("name", "value"))
        total = FieldValue.objects.get(name="total_amount")
        found = document.sub_documents.get()
    assert xml in made.content or xml.startswith(b"<?xml")
    assert row.sha256 and row.size_bytes == len(xml) and row.syntax == "cii" and not row.is_whole_file
    expected = made.labels["sub_documents"][0]["fields"]
    assert {name: values[name] for name in expected} == expected
    assert total.provenance["engine"] == "e_invoice" and "GrandTotalAmount" in total.provenance["xml_path"]
    assert total.provenance["polygon"] and found.stratum == Stratum.E_INVOICE_AGREES
    assert row.validation and not row.validation["schema_errors"]
    assert [rule for rule in row.validation["rules"] if rule["flag"] == "error"] == []


def test_page_that_disagrees_is_stopped_with_both_values(cast, drain):
    made = sample(7, Deviation.IBAN)
    outcome = read(cast, drain, ("bill.pdf", made.content))
    assert outcome.statuses() == {"bill.pdf": "in_review"}
    document = outcome.document("bill.pdf")
    told = sub_document(cast, outcome, "bill.pdf").reasons
    assert "xml_deviates" in {reason.code for reason in told}
    answer = cast.browser(cast.owner).get(f"/api/v1/documents/{document.id}/e-invoice/").json()
    [deviation] = answer["deviations"]
    assert deviation["name"] == "iban" and deviation["term"] == "BT-84" and "IBANID" in deviation["xml_path"]
    assert deviation["stated"] == made.labels["sub_documents"][0]["fields"]["iban"]
    assert deviation["printed"] and deviation["page"] == 1 and len(deviation["polygon"]) >= 8
    assert {term["term"] for term in answer["terms"]} >= {"BT-1", "BT-2", "BT-84", "BT-131"}


def test_xml_alone_is_a_readable_document(cast, drain):
    made = sample(10, is_xml_only=True)
    outcome = read(cast, drain, ("bill.xml", made.content))
    assert outcome.statuses() == {"bill.xml": "completed"}
    document = outcome.document("bill.xml")
    client = cast.browser(cast.owner)
    with organization_scope(cast.organization.id):
        pages = list(document.pages.order_by("number"))
        number = FieldValue.objects.get(name="invoice_number")
    text = pages[0].text["text"]
    assert "(BT-1)" in text and "Rechnung" in text and "Invoice" in text and number.value in text
    assert number.provenance["polygon"] and number.provenance["page"] == 1
    assert pages[0].image_name
    xml = client.get(f"/api/v1/documents/{document.id}/e-invoice/xml/")
    assert b"".join(xml.streaming_content) == made.content
    assert sub_document(cast, outcome, "bill.xml").stratum == Stratum.E_INVOICE_ALONE


def test_attachments_of_the_xml_become_documents(cast, drain):
    inner = files.content_of(files.sample(seed=9))
    xml = sample(10, is_xml_only=True).content.replace(
        b"</ram:ApplicableHeaderTradeAgreement>", ATTACHED % base64.b64encode(inner)
    )
    outcome = read(cast, drain, ("bill.xml", xml))
    assert set(outcome.statuses()) == {"bill.xml", "timesheet.pdf"}
    assert outcome.document("timesheet.pdf").attachment_of_id == outcome.document("bill.xml").id


def test_xml_comes_with_an_e_mail_too(cast, drain):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@b.example", "c@d.example", "Invoice"
    mail.set_content("Please find our invoice attached.")
    mail.add_attachment(sample(10, is_xml_only=True).content, maintype="application", subtype="xml", filename="r.xml")
    outcome = read(cast, drain, ("mail.eml", mail.as_bytes()))
    assert outcome.statuses()["r.xml"] == "completed"


def test_xml_that_is_harmful_or_no_invoice_is_refused_by_name(cast, drain):
    outcome = read(cast, drain, ("xxe.xml", XXE), ("other.xml", b"<?xml version='1.0'?><note>Hello</note>"))
    assert set(outcome.statuses().values()) == {"failed"}
    assert outcome.document("xxe.xml").error_code in {"xml_external_entity", "xml_entities", "xml_with_dtd"}
    assert outcome.document("other.xml").error_code == "not_an_e_invoice"


def test_harmful_xml_inside_a_pdf_stops_nobody_from_reading_it(cast, drain):
    from idp_project.operations.samples.e_invoices import with_xml

    outcome = read(cast, drain, ("bill.pdf", with_xml(files.content_of(files.sample()), XXE)))
    assert outcome.statuses() == {"bill.pdf": "in_review"}
    assert "e_invoice_unreadable" in {reason.code for reason in sub_document(cast, outcome, "bill.pdf").reasons}


def test_invoice_that_cannot_be_judged_keeps_no_rules(cast, drain, monkeypatch):
    def judge(self, xml):
        raise refusal(SandboxCode.TOO_SLOW)

    monkeypatch.setattr(RuleServer, "judge", judge)
    outcome = read(cast, drain, ("bill.pdf", sample().content))
    document = outcome.document("bill.pdf")
    client = cast.browser(cast.owner)
    answer = client.get(f"/api/v1/documents/{document.id}/e-invoice/").json()
    assert not answer["is_validated"] and answer["validation_failure"]["code"] == "too_slow"
    panel = client.get(f"/documents/{document.id}/e-invoice/").content.decode()
    assert "It keeps the rules" not in panel and "could not be checked" in panel
    assert "e_invoice_not_judged" in {reason.code for reason in sub_document(cast, outcome, "bill.pdf").reasons}


def test_desk_and_document_page_show_the_panel(cast, drain):
    outcome = read(cast, drain, ("bill.pdf", sample(7, Deviation.IBAN).content))
    document = outcome.document("bill.pdf")
    client = cast.browser(cast.owner)
    panel = client.get(f"/documents/{document.id}/e-invoice/").content.decode()
    assert "data-polygon" in panel and "BT-84" in panel and "data-letter" in panel
    assert f"/documents/{document.id}/e-invoice/" in client.get(f"/documents/{document.id}/").content.decode()
    viewer = cast.browser(cast.viewer).get(f"/api/v1/documents/{document.id}/e-invoice/xml/")
    assert viewer.status_code in {200, 403, 404}


def test_absent_fields_of_e_invoices_alone_need_no_confirmation(cast, drain):
    outcome = read(cast, drain, ("plain.pdf", files.content_of(files.for_review())))
    with organization_scope(cast.organization.id):
        found = outcome.document("plain.pdf").sub_documents.get()
        FieldValue.objects.filter(sub_document=found).update(is_confirmed=True)
        names = set(found.field_values.values_list("name", flat=True))
        assert "buyer_reference" not in names
        if names >= {field.name for field in found.schema_version.spec.printed.fields}:
            assert is_each_value_confirmed(found)


def test_xml_goes_with_its_document(cast, drain):
    made = sample(7, Deviation.IBAN)
    outcome = read(cast, drain, ("bill.pdf", made.content), ("xxe.xml", XXE))
    document = outcome.document("xxe.xml")
    with organization_scope(cast.organization.id):
        kept = ReceivedEInvoice.objects.get(document=outcome.document("bill.pdf")).storage_name
        document_delete(cast.access(cast.admin), document.id)
    files_remove(cast.organization.id)
    assert storage.is_stored(kept)


def test_letter_words_a_rule_once(cast, drain):
    outcome = read(cast, drain, ("bill.pdf", sample().content))
    document = outcome.document("bill.pdf")
    rule = {
        "rule": "BR-CL-01",
        "flag": "error",
        "text": "[BR-CL-01]-Publisher's words",
        "path": "/a",
        "rules": "en16931-cii",
    }
    with organization_scope(cast.organization.id):
        ReceivedEInvoice.objects.filter(document=document).update(validation={"schema_errors": [], "rules": [rule]})
    answer = cast.browser(cast.owner).get(f"/api/v1/documents/{document.id}/e-invoice/").json()
    assert answer["letter"].count("code list") == 1 and answer["letter"].count("Publisher's words") == 1


def test_required_value_that_no_page_prints_is_a_deviation(cast, drain):
    outcome = read(cast, drain, ("bill.pdf", sample().content))
    document = outcome.document("bill.pdf")
    with organization_scope(cast.organization.id):
        total = FieldValue.objects.get(name="total_amount")
        total.candidates = [total.candidates[0] | {"evidence": {"unprinted": 1.0}}]
        total.save()
    client = cast.browser(cast.owner)
    answer = client.get(f"/api/v1/documents/{document.id}/e-invoice/").json()
    assert [(one["name"], one["stated"], one["printed"]) for one in answer["deviations"]] == [
        ("total_amount", total.value, "")
    ]
    panel = client.get(f"/documents/{document.id}/e-invoice/").content.decode()
    assert "not printed" in panel and "agrees with the XML" not in panel and not answer["agrees"]


def test_xml_that_was_compared_with_nothing_does_not_agree(cast, drain):
    outcome = read(cast, drain, ("bill.pdf", sample().content))
    document = outcome.document("bill.pdf")
    client = cast.browser(cast.owner)
    assert "agrees with the XML" in client.get(f"/documents/{document.id}/e-invoice/").content.decode()
    with organization_scope(cast.organization.id):
        FieldValue.objects.update(candidates=[])
    assert "agrees with the XML" not in client.get(f"/documents/{document.id}/e-invoice/").content.decode()


def test_signatures_are_said_in_words(cast, drain):
    outcome = read(cast, drain, ("bill.pdf", sample().content))
    document = outcome.document("bill.pdf")
    statuses = ("valid", "changed", "unknown_issuer", "invalid", "unreadable")
    with organization_scope(cast.organization.id):
        document.metadata |= {"signatures": [{"status": each, "signer": "Ada", "issuer": "CA 1"} for each in statuses]}
        document.save()
    panel = cast.browser(cast.owner).get(f"/documents/{document.id}/e-invoice/").content.decode()
    said = ("is trusted here", "changed after signing", "is unknown here", "is not valid", "cannot be checked here")
    assert all(words in panel for words in said) and "unknown_issuer" not in panel


def test_attachments_of_the_xml_over_the_limit_are_named(cast, drain, settings):
    settings.MAX_ATTACHMENTS = 1
    inner = base64.b64encode(files.content_of(files.sample(seed=9)))
    held = (ATTACHED % inner).replace(b"</ram:ApplicableHeaderTradeAgreement>", b"")
    xml = sample(10, is_xml_only=True).content.replace(
        b"</ram:ApplicableHeaderTradeAgreement>", held + ATTACHED % inner
    )
    outcome = read(cast, drain, ("many.xml", xml))
    assert outcome.document("many.xml").error_code == "too_many_attachments"
    assert "XML" in outcome.document("many.xml").error_message
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@b.example", "c@d.example", "Invoice"
    mail.set_content("Please find our invoice attached.")
    one = sample(10, is_xml_only=True).content.replace(b"</ram:ApplicableHeaderTradeAgreement>", ATTACHED % inner)
    mail.add_attachment(one, maintype="application", subtype="xml", filename="r.xml")
    outcome = read(cast, drain, ("mail.eml", mail.as_bytes()))
    assert set(outcome.statuses()) == {"mail.eml", "r.xml"}  # with its attachment the e-mail would bring two
    [said] = [reason for reason in sub_document(cast, outcome, "r.xml").reasons if reason.code == "files_not_read"]
    assert said.params["names"] == "timesheet.pdf"


def test_e_invoice_of_any_name_is_no_file_that_was_left(cast, drain):
    with pikepdf.open(io.BytesIO(sample().content)) as pdf:
        del pdf.Root.Names
        pdf.Root.AF[0].F = pdf.Root.AF[0].UF = "rechnung-17.xml"
        target = io.BytesIO()
        pdf.save(target)
    outcome = read(cast, drain, ("bill.pdf", target.getvalue()))
    assert outcome.statuses() == {"bill.pdf": "completed"}
    with organization_scope(cast.organization.id):
        assert ReceivedEInvoice.objects.get().file_name == "rechnung-17.xml"
