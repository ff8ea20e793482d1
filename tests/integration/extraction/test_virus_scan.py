"""A virus scanner, where one is set up, sees every file before anything parses it; while it is away, files wait."""

import pytest
from django.urls import reverse

from documents.services.running.retry import document_retry
from extraction.runner import reconciliation
from idp_project.core.isolation.client import Sandbox
from idp_project.core.tenancy import organization_scope
from tests.clamd_server import Clamd, closed_port
from tests.factories import files
from tests.factories.pipeline import Outcome, lapse, submit
from tests.factories.pipeline import drain as drain_now

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def infected():
    return files.incoming("infected.pdf", b"%PDF-1.7\nEICAR\nstartxref\n0\n%%EOF\n")


def download(cast, document):
    answer = cast.browser(cast.owner).get(reverse("api-document-original", args=[document.id]))
    answer.close()
    return answer


def go_on():
    """A while later: what is due is looked at and done."""
    lapse()
    reconciliation.reconcile()
    drain_now()


@pytest.fixture
def parsed(monkeypatch):
    """Files that the sandbox was asked to open."""
    opened = []
    for name in ("inspect", "page_sizes"):
        real = getattr(Sandbox, name)
        monkeypatch.setattr(Sandbox, name, lambda self, path, real=real: opened.append(path) or real(self, path))
    return opened


@pytest.mark.parametrize("place", ["tcp", "unix"])
def test_infected_file_fails_unparsed_and_clean_ones_go_on(cast, drain, settings, tmp_path, place, parsed):
    cast.publish("invoice")
    with Clamd(str(tmp_path / "clamd.ctl") if place == "unix" else "") as clamd:
        settings.CLAMD_URL = clamd.url
        outcome = Outcome(submit(cast, files.sample(), infected(), files.not_a_document()))
        assert download(cast, outcome.document("infected.pdf")).json()["code"] == "not_scanned"
        drain()
        assert len(clamd.seen) == 2 and len(parsed) <= 2, "what was refused at the door is not scanned"
    assert outcome.statuses() == {
        "invoice-0014-digital.pdf": "completed",
        "infected.pdf": "failed",
        "notes.pdf": "failed",
    }
    clean, found = outcome.document("invoice-0014-digital.pdf"), outcome.document("infected.pdf")
    assert outcome.steps(clean.id)["upload"].output == {"is_scanned": True}
    assert files.content_of(files.sample()) in clamd.seen
    steps = outcome.steps(found.id)
    assert (found.error_code, steps["upload"].status) == ("infected", "failed")
    assert "Eicar-Signature" in found.error_message
    assert {run.status for step, run in steps.items() if step != "upload"} == {"skipped"}
    refused = download(cast, found)
    assert (refused.status_code, refused.json()["code"]) == (403, "infected")
    assert download(cast, clean).status_code == 200


def test_files_wait_until_the_scanner_is_back(cast, drain, settings):
    """However long: more often than a step is tried again, without an attempt or a crash more."""
    cast.publish("invoice")
    settings.CLAMD_URL = f"tcp://127.0.0.1:{closed_port()}"
    outcome = Outcome(submit(cast, files.sample()))
    drain()
    for _ in range(12):
        go_on()
    document = outcome.document()
    upload = outcome.steps(document.id)["upload"]
    assert (document.status, upload.status) == ("processing", "waiting")
    assert (upload.attempt, upload.crash_count) == (1, 0)
    assert "virus scanner does not answer" in str(upload.reason)
    (row,) = outcome.state()["documents"]
    assert row["steps"][0]["status"] == "waiting" and "virus scanner" in row["steps"][0]["reason"]
    page = cast.browser(cast.viewer).get(reverse("documents:document_detail", args=[document.id])).content.decode()
    assert "virus scanner does not answer" in page
    reconciliation.reconcile()
    drain()
    assert outcome.steps(document.id)["upload"].status == "waiting", "it is not asked before it is due"
    with Clamd() as clamd:
        settings.CLAMD_URL = clamd.url
        go_on()
        assert len(clamd.seen) == 1
    document = outcome.document()
    assert (document.status, outcome.steps(document.id)["upload"].attempt) == ("completed", 1)


def test_attachments_are_scanned_singly_and_wait_with_message(cast, drain, settings, parsed):
    """A message hides what came with it: the scanner sees the message, and then every file out of it, before any parser."""
    cast.publish("invoice")
    settings.CLAMD_URL = f"tcp://127.0.0.1:{closed_port()}"
    outcome = Outcome(submit(cast, files.message("letter.eml", files.sample(), infected())))
    drain()
    assert outcome.statuses() == {"letter.eml": "processing"} and not parsed
    with Clamd() as clamd:
        settings.CLAMD_URL = clamd.url
        go_on()
        assert len(clamd.seen) == 3 and clamd.seen[0].startswith(b"From: Ada Ward")
        assert files.content_of(files.sample()) in clamd.seen[1:]
    assert outcome.statuses() == {
        "letter.eml": "completed",
        "invoice-0014-digital.pdf": "completed",
        "infected.pdf": "failed",
    }
    found = outcome.document("infected.pdf")
    assert found.error_code == "infected" and not any(found.source_file.storage_name in path for path in parsed)


def test_a_waiting_batch_is_cancelled_without_its_scanner(cast, drain, settings):
    cast.publish("invoice")
    settings.CLAMD_URL = f"tcp://127.0.0.1:{closed_port()}"
    cancelled, waiting = Outcome(submit(cast, files.sample())), Outcome(submit(cast, files.sample(seed=9)))
    drain()
    answer = cast.browser(cast.reviewer).post(reverse("api-batch-cancel", args=[cancelled.batch.id]))
    assert answer.status_code == 204
    settings.CLAMD_URL = ""
    go_on()
    assert set(cancelled.statuses().values()) == {"cancelled"}
    document = waiting.document()
    assert document.page_count and outcome_of_scan(waiting, document) == {"is_scanned": False}


def outcome_of_scan(outcome, document):
    return outcome.steps(document.id)["upload"].output


def test_a_file_too_large_to_scan_is_named_and_retried(cast, drain, settings):
    cast.publish("invoice")
    with Clamd(limit=1000) as clamd:
        settings.CLAMD_URL = clamd.url
        outcome = Outcome(submit(cast, files.sample()))
        drain()
    document = outcome.document()
    assert (document.status, document.error_code) == ("failed", "too_large_to_scan")
    with Clamd() as clamd:
        settings.CLAMD_URL = clamd.url
        with organization_scope(cast.organization.id):
            document_retry(cast.access(cast.owner), document.id)
        drain()
    assert outcome.document().status == "completed"


def test_without_a_scanner_nothing_is_asked(cast, drain):
    outcome = Outcome(submit(cast, files.sample()))
    upload = outcome.steps(outcome.document().id)["upload"]
    assert (upload.status, upload.output) == ("succeeded", None)
