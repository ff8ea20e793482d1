"""The vision engine keeps the contract of OCR engines: the real gateway, and a model on the loopback that really sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

import pytest

from idp_project.core.page_text import PageText, TextSource
from idp_project.providers import registry
from idp_project.providers.calls import CallRecord
from idp_project.providers.egress import EgressPolicy, Location, ProviderEndpoint
from idp_project.providers.errors import EgressForbidden, ProviderUnavailable
from idp_project.providers.llm.gateway import GatewayModel
from idp_project.providers.ocr.base import OcrEngine
from idp_project.providers.ocr.vision import VisionEngine
from tests.contract.ocr_engine import OcrEngineContract, drawn_page
from tests.fake_providers.ollama import FakeOllama
from tests.fake_providers.replies import Received, Reply
from tests.fake_providers.seeing import see_page

MODEL = "reader-that-sees:1b"


def vision(endpoint: ProviderEndpoint, locator: OcrEngine, records: list[CallRecord]) -> VisionEngine:
    return VisionEngine(GatewayModel(endpoint, EgressPolicy(local_only=True), records.append), locator)


@pytest.mark.slow
@pytest.mark.usefixtures("socket_enabled")
class TestVision(OcrEngineContract):
    source = TextSource.VISION
    fake: ClassVar[FakeOllama]
    locator: ClassVar[OcrEngine]
    records: ClassVar[list[CallRecord]]

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _server(cls) -> Iterator[None]:
        cls.locator, cls.records = registry.ocr_engine("rapidocr"), []
        with FakeOllama(see_page, models=(MODEL,)) as cls.fake:
            yield

    @classmethod
    def load(cls) -> OcrEngine:
        return vision(ProviderEndpoint("ollama", MODEL, cls.fake.url), cls.locator, cls.records)

    def answer(self, monkeypatch: pytest.MonkeyPatch, *lines: str) -> PageText:
        """The page as read by a model that says so."""

        def says(_: Received) -> Reply:
            return Reply(json.dumps({"lines": lines}))

        monkeypatch.setattr(self.fake, "answer", says)
        return self.load().recognize(drawn_page().image)

    def test_nothing_is_downloaded(self, no_sockets: list[object], read: PageText) -> None:
        with pytest.raises(ProviderUnavailable):
            self.load().recognize(drawn_page().image)
        host, _, port = self.fake.url.removeprefix("http://").partition(":")
        assert no_sockets and all(host in repr(attempt) and port in repr(attempt) for attempt in no_sockets)

    def test_one_call_a_page_is_recorded_with_its_purpose(self, engine: OcrEngine) -> None:
        self.records.clear()
        engine.recognize(drawn_page().image)
        assert [(record.purpose, record.outcome) for record in self.records] == [("read_page", "ok")]
        assert len(self.fake.requests[-1].images) == 1

    def test_a_word_that_is_not_seen_on_the_page_keeps_no_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read = self.answer(
            monkeypatch, "Northwind Garden Supplies", "Paid in full by handwriting", "Total amount 1234.56"
        )
        assert read.text.splitlines()[1] == "Paid in full by handwriting"
        assert [word.text for word in read.words] == ["Northwind", "Garden", "Supplies", "Total", "amount", "1234.56"]
        assert all(word.span.of(read.text) == word.text for word in read.words)
        assert len(read.lines) == 2

    def test_word_read_otherwise_keeps_its_place_at_less_confidence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read = self.answer(monkeypatch, "Invoice number INV-20411")
        drawn = dict(drawn_page().words)["INV-20417"]
        (word,) = [word for word in read.words if word.text == "INV-20411"]
        assert abs(word.polygon.bounding_box.left - drawn.left) < 0.02
        assert word.confidence is not None and word.confidence < 0.9


def test_local_organization_is_refused_before_a_socket_opens(no_sockets: list[object]) -> None:
    records: list[CallRecord] = []
    engine = vision(
        ProviderEndpoint("openai", MODEL, "", "key", Location.CLOUD), registry.ocr_engine("rapidocr"), records
    )
    with pytest.raises(EgressForbidden):
        engine.recognize(drawn_page().image)
    assert no_sockets == [] and [record.outcome for record in records] == ["egress_forbidden"]
