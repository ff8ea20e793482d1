"""Birth certificates of approved values: what they say, their picture, and who gets them."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from documents.domain.provenance import Provenance
from documents.models import ApprovedVersion, FieldValue
from idp_project.core.geometry import Polygon
from idp_project.core.tenancy import organization_scope
from review.services.approved import approved_withdraw
from review.services.tasks import field_value_correct, review_task_decide
from tests.factories.desk import PRINTED_SO, on_desk
from tests.factories.pipeline import drain
from tests.factories.scenes import delivered
from tests.integration.review.test_checks_again import GOOD, LINES, ORDER

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = delivered


def certificate(client, sub_document, path):
    return client.get(reverse("api-certificate", args=[sub_document.id, path]))


def test_a_read_value_has_place_engine_bound_and_times(cast, outcome):
    client, sub_document = cast.browser(cast.viewer), outcome.sub_document()
    found = certificate(client, sub_document, "invoice_number").json()
    with organization_scope(cast.organization.id):
        value = FieldValue.objects.get(sub_document=sub_document, name="invoice_number")
    assert (found["value"], found["raw_text"]) == (value.value, value.raw_text)
    assert (found["page"], found["polygon"]) == (value.provenance["page"], value.provenance["polygon"])
    assert found["engine"].startswith(value.provenance["engine"]) and found["has_picture"]
    assert found["file_sha256"] == outcome.document().source_file.sha256
    assert (found["schema_key"], found["is_automatic"], found["approved_by"]) == ("invoice", True, "auto-approval")
    assert found["received_at"] < found["approved_at"] < found["delivered_at"]
    assert found["history"][0]["kind"] == "found" and not found["is_withdrawn"] and found["corrected_by"] == ""
    with organization_scope(cast.organization.id):
        assert found["rests_on"] == ApprovedVersion.objects.get().content["rests_on"]


def test_a_cell_is_named_by_its_row(cast, outcome):
    client, sub_document = cast.browser(cast.viewer), outcome.sub_document()
    with organization_scope(cast.organization.id):
        rows = ApprovedVersion.objects.get().content["tables"]["line_items"]
    for number, row in enumerate(rows, start=1):
        for cell in row:
            found = certificate(client, sub_document, f"line_items[{number}].{cell['name']}").json()
            assert (found["value"], found["raw_text"]) == (cell["value"], cell["raw_text"])
    assert certificate(client, sub_document, "line_items[99].amount").status_code == 404
    assert certificate(client, sub_document, "nothing").status_code == 404


def test_the_picture_shows_the_place_and_no_more(cast, outcome):
    client, sub_document = cast.browser(cast.viewer), outcome.sub_document()
    answer = client.get(reverse("documents:certificate_picture", args=[sub_document.id, "invoice_number"]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    with Image.open(BytesIO(answer.content)) as picture:
        width, height = picture.size
        reds = sum(red > 150 and green < 110 and blue < 90 for red, green, blue in picture.convert("RGB").getdata())
    assert width > 100 and 20 < height < 500 and reds > 50, "the frame is drawn"
    assert (
        client.get(reverse("api-certificate-picture", args=[sub_document.id, "invoice_number"])).content
        == answer.content
    )


def test_document_and_record_lead_there(cast, outcome):
    client, sub_document = cast.browser(cast.viewer), outcome.sub_document()
    address = reverse("documents:certificate", args=[sub_document.id, "invoice_number"])
    cell = reverse("documents:certificate", args=[sub_document.id, "line_items[1].description"])
    document = client.get(reverse("documents:document_detail", args=[sub_document.document_id])).content.decode()
    record = client.get(
        reverse("pdb_sync:record_of_sub_document", args=[sub_document.id]), follow=True
    ).content.decode()
    for page in (document, record):
        assert f'href="{address}"' in page and cell in page
    shown = client.get(address).content.decode()
    assert outcome.document().source_file.sha256 in shown and "auto-approval" in shown


def test_withdrawn_and_hidden_ones(cast, outcome):
    sub_document = outcome.sub_document()
    address = reverse("documents:certificate", args=[sub_document.id, "invoice_number"])
    assert cast.browser(cast.outsider).get(address).status_code == 404
    with organization_scope(cast.organization.id):
        approved_withdraw(cast.access(cast.owner), sub_document.id, reason="sent twice")
    found = certificate(cast.browser(cast.viewer), sub_document, "invoice_number").json()
    assert found["is_withdrawn"] and found["withdrawn_by"] == str(cast.owner) and found["withdrawn_at"]
    assert "Withdrawn" in cast.browser(cast.viewer).get(address).content.decode()


def test_a_corrected_value_names_the_corrector_and_the_override(cast):
    task = on_desk(cast, ORDER, GOOD | {"total": "121.00"}, {"lines": LINES})
    access = cast.access(cast.owner)
    client = cast.browser(cast.owner)
    assert certificate(client, task.sub_document, "total").status_code == 404, "nothing is approved yet"
    with organization_scope(cast.organization.id):
        value = FieldValue.objects.get(sub_document=task.sub_document, name="total")
        field_value_correct(access, task.id, value.id, text="122.00")
        review_task_decide(access, task.id, decision="approve", override=PRINTED_SO)
    drain()
    found = certificate(client, task.sub_document, "total").json()
    assert (found["value"], found["corrected_by"], found["is_automatic"]) == ("122.00", str(cast.owner), False)
    assert found["corrected_at"] < found["approved_at"] and found["polygon"] is None and not found["has_picture"]
    assert [one["code"] for one in found["overrides"]] == ["printed_so"]
    assert certificate(client, task.sub_document, "number").json()["overrides"] == []
    assert client.get(reverse("api-certificate-picture", args=[task.sub_document_id, "total"])).status_code == 404
    page = client.get(reverse("documents:certificate", args=[task.sub_document_id, "total"])).content.decode()
    assert "It is printed like that." in page and str(cast.owner) in page


def test_what_has_no_place_says_why(cast):
    """Typed by a person, found by nobody, and of an e-invoice's file that no page prints."""
    task = on_desk(cast, ORDER, GOOD | {"tax": None}, {"lines": LINES})
    access, client = cast.access(cast.owner), cast.browser(cast.owner)
    with organization_scope(cast.organization.id):
        values = FieldValue.objects.filter(sub_document=task.sub_document, table_row=None)
        values.filter(name="net").update(provenance=Provenance(1, None, None, "e_invoice", "1").to_dict())
        field_value_correct(access, task.id, values.get(name="total").id, text="101.00")
        review_task_decide(access, task.id, decision="approve", override=PRINTED_SO)
    drain()
    said = {}
    for path in ("total", "tax", "net"):
        page = client.get(reverse("documents:certificate", args=[task.sub_document_id, path])).content.decode()
        said[path] = ("a person typed it" in page, "It has no place on a page." in page, "no longer kept" in page)
    assert said == {"total": (True, False, False), "tax": (False, True, False), "net": (False, True, False)}


def test_disagreement_of_xml_and_page_stays_in_the_record(cast):
    path, polygon = "/rsm:CrossIndustryInvoice/ram:GrandTotalAmount[1]", [0.1, 0.2, 0.3, 0.2, 0.3, 0.25, 0.1, 0.25]
    stated = Provenance(1, None, None, "e_invoice", "1", xml_path=path).to_dict()
    printed = Provenance(1, Polygon.from_list(polygon), None, "local", "1").to_dict()
    task = on_desk(cast, ORDER, GOOD, {"lines": LINES})
    client = cast.browser(cast.owner)
    with organization_scope(cast.organization.id):
        value = FieldValue.objects.get(sub_document=task.sub_document, name="total")
        value.provenance = stated
        value.candidates = [
            {"value": value.value, "raw_text": value.value, "provenance": stated, "evidence": {"deviates": 1.0}},
            {"value": "112.00", "raw_text": "112,00", "provenance": printed, "evidence": {"label": 1.0}},
        ]
        value.save()
        review_task_decide(cast.access(cast.owner), task.id, decision="approve", override=PRINTED_SO)
    drain()
    said = {"stated": value.value, "xml_path": path, "printed": "112,00", "page": 1, "polygon": polygon}
    found = certificate(client, task.sub_document, "total").json()
    assert (found["xml_path"], found["deviation"]) == (path, said)
    assert certificate(client, task.sub_document, "net").json()["deviation"] is None
    page = client.get(reverse("documents:certificate", args=[task.sub_document_id, "total"])).content.decode()
    address = reverse("pdb_sync:record_of_sub_document", args=[task.sub_document_id])
    record = client.get(address, follow=True).content.decode()
    for shown in (page, record):
        assert path in shown and "112,00" in shown and "10.0, 20.0, 30.0, 25.0" in shown
