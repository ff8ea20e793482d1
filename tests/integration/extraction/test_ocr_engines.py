"""Which engine reads a document: by schema, else organisation, else system; and what is said where it cannot be used."""

from __future__ import annotations

import gc
import os
from types import SimpleNamespace

import pytest
from django_rq import get_worker
from rq import Worker

from accounts.models import AuditEntry, Organization, ProviderEndpoint
from documents.models import Page
from documents.services.running.retry import document_retry
from extraction.runner import engines
from extraction.worker import PreloadingWorker
from idp_project.core.tenancy import organization_scope
from tests.contract.test_tesseract import program
from tests.factories import files
from tests.factories.pipeline import Outcome, submit
from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.seeing import see_page

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "pdb"]),
    pytest.mark.usefixtures("socket_enabled"),
]
MODEL = "reader-that-sees:1b"


@pytest.fixture
def model(cast):
    """A model that sees, on a loopback server, set up for the organisation."""
    with FakeOllama(see_page, models=(MODEL,)) as fake:
        with organization_scope(cast.organization.id):
            ProviderEndpoint.objects.create(
                organization_id=cast.organization.id,
                provider=ProviderEndpoint.Provider.OLLAMA,
                model=MODEL,
                api_base=fake.url,
                location=ProviderEndpoint.Location.LOCAL,
            )
        yield fake


def organization_chooses(cast, **settings: str) -> None:
    Organization.objects.filter(id=cast.organization.id).update(settings=settings)


def facts_of(outcome: Outcome) -> dict:
    with organization_scope(outcome.batch.organization_id):
        return Page.objects.get(document=outcome.document()).facts["read_text"]


def scan_of(cast, schema) -> Outcome:
    return Outcome(submit(cast, files.sample("receipt", 21, "scan"), schema_id=schema.id))


@pytest.mark.slow
def test_two_schemas_are_read_by_two_engines(cast, drain, model):
    seen = cast.publish("invoice", engine={"ocr": "vision/ollama"})["invoice"]
    plain = cast.publish("receipt")["receipt"]
    invoice, receipt = scan_of(cast, seen), scan_of(cast, plain)
    drain()
    by_vision, by_default = facts_of(invoice), facts_of(receipt)
    assert (by_vision["source"], by_vision["engine"]) == ("vision", "vision")
    assert MODEL in by_vision["engine_version"] and by_vision["words"] > 20
    assert (by_default["source"], by_default["engine"]) == ("ocr", "rapidocr")
    assert [len(request.images) for request in model.requests] == [1]
    with organization_scope(cast.organization.id):
        assert [entry.details["purpose"] for entry in AuditEntry.objects.filter(action="ai_called")] == ["read_page"]


def test_an_unusable_engine_fails_scans_by_name(cast, drain, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "_loaded", dict(engines._loaded))
    engines._loaded.pop("tesseract", None)
    settings.OCR_OPTIONS = {"tesseract": {"program": str(tmp_path / "tesseract")}}
    schema = cast.publish("receipt")["receipt"]
    organization_chooses(cast, ocr="tesseract")
    scan = scan_of(cast, schema)
    digital = Outcome(submit(cast, files.sample("receipt", 21), schema_id=schema.id))
    drain()
    failed = scan.document()
    assert (failed.status, failed.error_code) == ("failed", "engine_missing")
    assert "apt-get install tesseract-ocr" in failed.error_message
    assert facts_of(digital)["source"] == "text_layer", "a page with a text of its own needs no engine"
    organization_chooses(cast, ocr="rapidocr")
    with organization_scope(cast.organization.id):
        document_retry(cast.access(cast.owner), failed.id)
    drain()
    assert scan.document().status != "failed" and facts_of(scan)["engine"] == "rapidocr"


def test_vision_without_a_model_says_what_to_choose(cast, drain):
    scan = scan_of(cast, cast.publish("receipt", engine={"ocr": "vision"})["receipt"])
    drain()
    failed = scan.document()
    assert (failed.status, failed.error_code) == ("failed", "model_missing")
    assert "vision/ollama" in failed.error_message


def test_worker_preloads_what_an_earlier_horse_needed(
    servers, settings, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_loaded", {})
    settings.OCR_OPTIONS = {"tesseract": {"program": program(tmp_path, "")}}
    forked: list[list[str]] = []
    monkeypatch.setattr(Worker, "fork_work_horse", lambda *_: forked.append(sorted(engines._loaded)))
    monkeypatch.setattr(Worker, "perform_job", lambda *_: bool(engines.ocr_engine("tesseract")))
    worker = get_worker("io", worker_class=PreloadingWorker)
    worker.fork_work_horse(None, None)
    horse = os.fork()
    if horse == 0:
        worker.perform_job(SimpleNamespace(kwargs={}, description="a job"), None)
        os._exit(0)
    os.waitpid(horse, 0)
    worker.fork_work_horse(None, None)
    gc.unfreeze()
    assert forked == [[], ["tesseract"]]


def test_worker_starts_without_a_usable_system_engine(settings, tmp_path, monkeypatch, caplog) -> None:
    monkeypatch.setattr(engines, "_loaded", {})
    settings.OCR_OPTIONS = {"tesseract": {"program": str(tmp_path / "nothing")}}
    engines.preload_engines(["tesseract", "abacus"])
    assert engines._loaded == {}
    assert "apt-get install tesseract-ocr" in caplog.text and "abacus" in caplog.text
