"""Rules of an electronic invoice, asked of the rule server: what an outage is, and what the file itself is at fault for."""

from __future__ import annotations

from typing import Any

import pytest

from extraction.runner.contexts import rules
from extraction.runner.e_invoice_rules import validation_of
from idp_project.core.errors import TransientFailure
from idp_project.core.files.errors import SandboxCode, refusal, unavailable
from idp_project.core.isolation.client import ReceivedXml
from idp_project.core.isolation.rules.client import RuleServer

_RECEIVED = ReceivedXml("factur-x.xml", b"<x/>", {})


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def judge(self: RuleServer, xml: bytes) -> None:
        raise error

    monkeypatch.setattr(RuleServer, "judge", judge)


def test_server_that_is_away_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, unavailable("ConnectionRefusedError"))
    with pytest.raises(TransientFailure):
        validation_of(_RECEIVED)


def test_xml_that_cannot_be_judged_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, refusal(SandboxCode.TOO_SLOW))
    assert validation_of(_RECEIVED)["failure"]["code"] == "too_slow"


def test_rule_server_has_the_limits_of_the_settings(settings: Any) -> None:
    settings.SANDBOX_WALL_SECONDS = 7
    settings.SANDBOX_MEMORY_BYTES = 2**29
    assert (rules().limits.wall_seconds, rules().limits.memory_bytes) == (7, 2**29)
