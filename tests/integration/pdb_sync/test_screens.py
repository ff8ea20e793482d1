"""The record screens in a browser: who sees which record, filters, birth certificates, export, admin."""

import csv
import io
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Access
from accounts.domain.roles import Role
from accounts.models import Team
from accounts.services.people import people
from documents.domain.schema_spec import FieldType
from pdb_sync.models import RecordChange
from pdb_sync.queries import pdb_record_apply
from pdb_sync.selectors import record_get_for, record_list
from tests.integration.pdb_sync.conftest import pdb_at
from tests.unit.pdb_sync.contents import cell, invoice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
CONSOLE = Access.for_command_line()
PASSWORD = "correct horse battery"
LIST, EXPORT = reverse("pdb_sync:record_list"), reverse("pdb_sync:record_export")


def deliver(tenant, team=None, **changes):
    team = team or tenant.team
    content = invoice(tenant.id, team_id=str(team.id), team_name=team.name, batch_id=str(uuid4()), **changes)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    return content


def browser_of(name, tenant, role=Role.VIEWER, team=None, may_download=True):
    user = people.user_create(CONSOLE, username=name, password=PASSWORD, is_super_admin=role is Role.SUPER_ADMIN)
    if role is not Role.SUPER_ADMIN:
        people.membership_set(
            CONSOLE,
            user_id=user.id,
            organization_id=tenant.id,
            team_id=team.id if team else None,
            role=role,
            may_download=may_download,
        )
    client = Client()
    assert client.post("/login/", {"username": name, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def other_team(tenant):
    return Team.objects.create(organization=tenant.organization, name="Taxes")


def lines_of(response):
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def test_a_viewer_sees_the_records_of_their_team(tenant, other_team, neighbor):
    own, other, foreign = (
        deliver(tenant, file_name="own.pdf"),
        deliver(tenant, other_team, file_name="other.pdf"),
        deliver(neighbor, file_name="foreign.pdf"),
    )
    browser = browser_of("vera", tenant, team=tenant.team)
    page = browser.get(LIST)
    assert page.status_code == 200
    assert b"own.pdf" in page.content and b"other.pdf" not in page.content and b"foreign.pdf" not in page.content
    details = {}
    for content in (own, other, foreign):
        owner = Access.for_system(content.organization_id)
        (record,) = [row for row in record_list(owner, _all()).records if row["file_name"] == content.file_name]
        details[content.file_name] = browser.get(reverse("pdb_sync:record_detail", args=[record["id"]]))
        by_sub_document = reverse("pdb_sync:record_of_sub_document", args=[content.sub_document_id])
        expected = 302 if content is own else 404
        assert browser.get(by_sub_document).status_code == expected
    assert [details[name].status_code for name in ("own.pdf", "other.pdf", "foreign.pdf")] == [200, 404, 404]
    assert browser.get(reverse("pdb_sync:record_detail", args=[uuid4()])).status_code == 404


def _all():
    from pdb_sync.domain.record_filter import RecordFilter

    return RecordFilter()


def test_an_organization_admin_sees_every_team(tenant, other_team):
    deliver(tenant, file_name="own.pdf")
    deliver(tenant, other_team, file_name="other.pdf")
    page = browser_of("orla", tenant, Role.ORG_ADMIN).get(LIST)
    assert b"own.pdf" in page.content and b"other.pdf" in page.content


def test_a_shared_batch_is_visible_beyond_the_team(tenant, other_team):
    content = deliver(tenant, other_team)
    stranger = Access(user_id=uuid4(), organization_id=tenant.id, team_ids=(tenant.team.id,))
    from uuid import UUID

    guest = Access(
        user_id=uuid4(),
        organization_id=tenant.id,
        batch_permissions={UUID(content.batch_id): frozenset({"view_documents"})},
    )
    assert record_list(stranger, _all()).records == []
    (record,) = record_list(guest, _all()).records
    assert record_get_for(guest, record["id"]).record["file_name"] == "scan.pdf"


def test_filters_narrow_and_a_schema_brings_its_columns(tenant, other_team):
    deliver(tenant, file_name="march.pdf", approved_at="2026-03-10T12:00:00+00:00")
    deliver(tenant, other_team, file_name="april.pdf", approved_at="2026-04-10T12:00:00+00:00")
    deliver(tenant, file_name="receipt.pdf", schema_key="receipt")
    browser = browser_of("mona", tenant, Role.MANAGER)

    def names(**query):
        content = browser.get(LIST, query).content.decode()
        return {name for name in ("march.pdf", "april.pdf", "receipt.pdf") if name in content}

    assert names() == {"march.pdf", "april.pdf", "receipt.pdf"}
    assert names(schema="receipt") == {"receipt.pdf"}
    assert names(team=str(other_team.id)) == {"april.pdf"}
    assert names(schema="invoice", approved_from="2026-04-01", approved_to="2026-04-10") == {"april.pdf"}
    for query in ({"schema": "invoices"}, {"team": "x"}, {"approved_from": "yesterday"}):
        for url in (LIST, reverse("pdb_sync:record_export")):
            answer = browser.get(url, query)
            assert answer.status_code == 400 and "does not know this value" in answer.content.decode()
    page = browser.get(LIST, {"schema": "invoice"}).content.decode()
    assert page.index("Invoice number") < page.index("Invoice date") < page.index("Total")
    assert "119.50" in page


def test_a_long_list_has_pages_without_gaps_or_repeats(tenant, monkeypatch):
    for number in range(7):
        deliver(tenant, file_name=f"file-{number}.pdf", approved_at="2026-04-01T10:00:00+00:00")
    access, seen, start = Access.for_system(tenant.id), [], None
    while start is not None or not seen:
        page = record_list(access, _all(), start=start, limit=3)
        seen += [record["file_name"] for record in page.records]
        start = page.next_start
    assert sorted(seen) == [f"file-{number}.pdf" for number in range(7)]


def test_the_birth_certificate_of_every_cell_is_on_the_page(tenant):
    content = deliver(tenant)
    browser = browser_of("vera", tenant, team=tenant.team)
    page = browser.get(reverse("pdb_sync:record_of_sub_document", args=[content.sub_document_id]), follow=True)
    text = page.content.decode()
    for sub_document in (
        "ab" * 32,
        "10.0, 20.0, 30.0, 25.0\N{NO-BREAK SPACE}%",
        "ollama/llama3.1 8b",
        "llama3.1",
        "Grace",
        "Ada",
        "93%",
    ):
        assert sub_document in text, sub_document
    assert text.count("typed by a person") == 1 and "Paper" in text and "Version" in text


def test_what_was_not_found_was_typed_by_nobody(tenant):
    content = deliver(tenant, fields=(cell("total", FieldType.AMOUNT, None, provenance=None, confidence=None),))
    browser = browser_of("vera", tenant, team=tenant.team)
    page = browser.get(reverse("pdb_sync:record_of_sub_document", args=[content.sub_document_id]), follow=True)
    assert "typed by a person" not in page.content.decode()


def test_export_is_complete_and_only_of_what_may_be_downloaded(tenant, other_team):
    deliver(tenant, number="=HYPERLINK(1)")
    deliver(tenant, other_team)
    browser = browser_of("vera", tenant, team=tenant.team)
    head, *rows = lines_of(browser.get(EXPORT, {"schema": "invoice"}))
    assert head[-4:] == ["invoice_number", "invoice_date", "total", "failed checks"]
    assert [row[-4:] for row in rows] == [["'=HYPERLINK(1)", "2026-03-31", "119.50", ""]]
    looker = browser_of("luis", tenant, team=tenant.team, may_download=False)
    assert looker.get(LIST).status_code == 200
    assert b"export.csv" not in looker.get(LIST).content
    assert looker.get(EXPORT).status_code == 403


def test_strangers_are_sent_to_the_login(tenant):
    for url in (LIST, EXPORT, reverse("pdb_sync:record_detail", args=[uuid4()])):
        response = Client().get(url)
        assert response.status_code == 302 and response.url.startswith("/login/")


def test_an_outage_is_said_and_does_not_break_the_page(tenant, tmp_path):
    browser = browser_of("vera", tenant, team=tenant.team)
    assert browser.get(LIST).status_code == 200
    with pdb_at(str(tmp_path)):
        page = browser.get(LIST)
    assert page.status_code == 503 and b"production database is not available" in page.content


def test_admin_shows_records_of_all_organizations_read_only(tenant, neighbor):
    deliver(tenant, file_name="own.pdf")
    deliver(neighbor, file_name="foreign.pdf")
    browser = browser_of("root", tenant, Role.SUPER_ADMIN)
    page = browser.get(reverse("admin:pdb_sync_pdbrecord_changelist"))
    assert page.status_code == 200
    assert b"own.pdf" in page.content and b"foreign.pdf" in page.content
    (record, *_rest) = record_list(Access.for_system(tenant.id), _all()).records
    change = reverse("admin:pdb_sync_pdbrecord_change", args=[record["id"]])
    detail = browser.get(change)
    assert detail.status_code == 200 and b"119.50" in detail.content
    assert browser.post(change, {"file_name": "x"}).status_code == 403
    assert browser.get(reverse("admin:pdb_sync_pdbrecord_delete", args=[record["id"]])).status_code == 403
    assert browser.get(reverse("admin:pdb_sync_pdbrecord_add")).status_code == 403
    for name in ("deliveryreceipt", "analystgrant"):
        assert browser.get(reverse(f"admin:pdb_sync_{name}_changelist")).status_code == 200
