"""B4: files and file names that carry scripts, uploaded and opened in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.journey import SLOW, sign_in_by_tile

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(480)]

_SCRIPT = "window.ran = 1; alert(document.domain)"
_ACTIVE_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
_LETTER = (
    f"From: <script>{_SCRIPT}</script> <a@b.example>\r\nSubject: <img src=x onerror='{_SCRIPT}'>\r\n"
    f"Content-Type: text/html\r\n\r\n<body onload='{_SCRIPT}'><script>{_SCRIPT}</script>See below</body>"
)
HOSTILE_NAME = f"<script>{_SCRIPT}</script>"
HOSTILE: list[Any] = [
    {"name": name, "mimeType": kind, "buffer": content}
    for name, kind, content in (
        (
            "drawing.svg",
            "image/svg+xml",
            f'<svg xmlns="http://www.w3.org/2000/svg"><script>{_SCRIPT}</script></svg>'.encode(),
        ),
        ("page.html", "text/html", f"<!doctype html><script>{_SCRIPT}</script>".encode()),
        ("page.html.pdf", "application/pdf", b"%PDF-1.4\n<script>" + _SCRIPT.encode() + b"</script>"),
        ("active.pdf", "application/pdf", _ACTIVE_PDF),
        ("script.gif", "image/gif", f"GIF89a=1;{_SCRIPT};//".encode()),
        ("page.pdf", "application/pdf", _ACTIVE_PDF + f"<!doctype html><script>{_SCRIPT}</script>".encode()),
        ("letter.eml", "message/rfc822", _LETTER.encode()),
        (f"<img src=x onerror='{_SCRIPT}'>.pdf", "application/pdf", _ACTIVE_PDF + b"%1"),
        ('quote".pdf', "application/pdf", _ACTIVE_PDF + b"%2"),
        ("x.pdf; filename=run.html", "application/pdf", _ACTIVE_PDF + b"%3"),
        ("..%2f..%2fetc%2fpasswd.pdf", "application/pdf", _ACTIVE_PDF + b"%4"),
        ("line\r\nX-Injected: 1.pdf", "application/pdf", _ACTIVE_PDF + b"%5"),
        ("\u202efdp.exe.pdf", "application/pdf", _ACTIVE_PDF + b"%6"),
    )
]


def test_a_stored_original_runs_nothing_in_our_origin(
    running_system: RunningSystem, context: BrowserContext, record_property: Any
) -> None:
    """By the pages that show files and names, and by opening the file itself."""
    page, alarms = context.new_page(), []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    sign_in_by_tile(page, running_system.url, "Operator")
    page.set_input_files("#upload-files", HOSTILE)
    page.fill("#upload-name", HOSTILE_NAME)
    page.get_by_role("button", name=f"Process {len(HOSTILE)} files").click()
    expect(page.locator(".doc")).to_have_count(len(HOSTILE))
    expect(page.locator(".doc-state", has_text="Waiting")).to_have_count(0, timeout=SLOW)
    addresses = [link.get_attribute("href") for link in page.locator('.doc a[href^="/documents/"]').all()]
    originals = {re.sub(r"(/documents/[^/]+/).*", r"\1original/", str(address)) for address in addresses}
    given_out = 0
    for address in sorted(originals):
        page.goto(f"{running_system.url}{address.removesuffix('original/')}")
        answer = context.request.get(running_system.url + address)
        if answer.status == 404:
            continue
        given_out += 1
        headers = answer.headers
        assert headers["content-disposition"].startswith("attachment")
        assert headers["content-type"] == "application/octet-stream" and headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"] and "x-injected" not in headers
        with page.expect_download():
            page.evaluate("address => { location.href = address }", address)
    assert given_out >= 3
    assert alarms == [] and page.evaluate("window.ran") is None
    record_property("figures", f"B4: {len(HOSTILE)} hostile files, {given_out} given out as attachments, 0 scripts ran")
