"""Tables and pairs of pages are stored when a page is read, belong to its organisation, are shown, saved, and go with it."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from documents.models import PageLayoutRow
from documents.selectors.page_layouts import layout_of_document
from documents.services.removing.removal import document_delete
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit
from tests.factories.scenes import in_review

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SCENE = in_review


@pytest.fixture
def document_id(cast, outcome):
    with organization_scope(cast.organization.id):
        return outcome.document().id


def test_layout_is_kept_with_every_page_that_is_read(cast, document_id):
    with organization_scope(cast.organization.id):
        layout = layout_of_document(document_id)
    assert layout.tables and layout.pairs and layout.unread_pages == ()
    table = layout.tables[0]
    assert table.column_count >= 3 and table.row_count >= 2
    assert {pair.key for _, pair in layout.pairs}


def test_other_organisations_see_none(cast, document_id):
    with organization_scope(cast.foreign.id):
        assert not PageLayoutRow.objects.exists()


def test_tables_and_pairs_by_the_api(cast, document_id):
    client = cast.browser(cast.owner)
    address = f"/api/v1/documents/{document_id}"
    tables = client.get(f"{address}/tables/").json()
    first = tables["tables"][0]
    assert first["number"] == 1 and tables["unread_pages"] == []
    assert all(0 <= side <= 1 for cell in first["cells"] for side in cell["box"])
    pairs = client.get(f"{address}/pairs/").json()["pairs"]
    assert {pair["found_in"] for pair in pairs} == {"label", "table"}
    assert all(pair["key"] and pair["value"] for pair in pairs if pair["found_in"] == "label")


def test_table_is_saved_as_csv_and_as_workbook(cast, document_id):
    client = cast.browser(cast.owner)
    address = f"/api/v1/documents/{document_id}/tables"
    first = client.get(f"{address}/").json()["tables"][0]
    answer = client.get(f"{address}/file/?number=1&form=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "attachment" in answer["Content-Disposition"]
    assert len(rows) == first["rows"] and {len(row) for row in rows} == {first["columns"]}
    workbook = client.get(f"{address}/file/?number=1&form=xlsx")
    with zipfile.ZipFile(io.BytesIO(workbook.content)) as archive:
        assert "xl/worksheets/sheet1.xml" in archive.namelist()
    assert client.get(f"{address}/file/?number=99&form=csv").status_code == 404
    assert client.get(f"{address}/file/?number=1&form=exe").status_code == 404
    assert client.get(f"{address}/file/?number=1&form=csv&other=1").status_code == 400


def test_document_page_offers_what_was_found(cast, document_id):
    client = cast.browser(cast.owner)
    page = client.get(f"/documents/{document_id}/").content.decode()
    assert f"/documents/{document_id}/layout/" in page
    found = client.get(f"/documents/{document_id}/layout/").json()
    saved = client.get(found["tables"][0]["files"]["csv"])
    assert saved.status_code == 200 and saved["Content-Type"].startswith("text/csv")
    assert {pair["found_in"] for pair in found["pairs"]} == {"label"}


def test_layout_goes_with_its_document(cast, drain):
    cast.publish("invoice")
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    with organization_scope(cast.organization.id):
        assert PageLayoutRow.objects.exists()
        document_delete(cast.access(cast.admin), outcome.document().id)
        assert not PageLayoutRow.objects.exists()
