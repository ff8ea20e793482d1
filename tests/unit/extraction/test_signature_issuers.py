"""Whose signatures count: the certificates of the setting reach the reader of signatures; a file that is away trusts nobody."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from extraction.runner import e_invoices
from extraction.runner.signature_issuers import trusted_issuers
from idp_project.core.files.formats import PDF_TYPE

_ONE = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"
_TWO = "-----BEGIN CERTIFICATE-----\nREVG\n-----END CERTIFICATE-----"


def test_each_certificate_of_the_file_is_trusted(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIGNATURE_ISSUERS = str(tmp_path / "issuers.pem")
    (tmp_path / "issuers.pem").write_text(f"Subject: our seal\n{_ONE}\n# and\n{_TWO}\n")
    asked = []
    sandbox = SimpleNamespace(read_signatures=lambda path, trusted: asked.append((path, trusted)) or [])
    monkeypatch.setattr(e_invoices, "parser", lambda: sandbox)
    source = SimpleNamespace(is_e_invoice=False, content_type=PDF_TYPE)
    document = SimpleNamespace(source_file=source, metadata={})
    _, signatures = e_invoices.readers_of(document, "/bill.pdf")  # type: ignore[arg-type]
    assert signatures is not None
    signatures()
    assert asked == [("/bill.pdf", [_ONE, _TWO])]


@pytest.mark.parametrize("content", [None, b"no certificate", b"\xff\xfe"])
def test_file_without_certificates_trusts_nobody(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    settings.SIGNATURE_ISSUERS = str(tmp_path / "issuers.pem")
    if content is not None:
        (tmp_path / "issuers.pem").write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert trusted_issuers() == []
    assert "SIGNATURE_ISSUERS" in caplog.text


def test_without_the_setting_nobody_is_trusted(settings: Any) -> None:
    settings.SIGNATURE_ISSUERS = ""
    assert trusted_issuers() == []


def test_pdf_without_files_is_not_opened_for_an_e_invoice() -> None:
    source = SimpleNamespace(is_e_invoice=False, content_type=PDF_TYPE)
    read = [
        e_invoices.readers_of(SimpleNamespace(source_file=source, metadata=facts), "/bill.pdf")[0]  # type: ignore[arg-type]
        for facts in ({}, {"has_attachments": True}, {"has_attachments": False})
    ]
    assert [one is not None for one in read] == [True, True, False]
