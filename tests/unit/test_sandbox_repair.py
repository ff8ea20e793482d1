"""Damaged PDFs: what can be rebuilt is read and says so, a broken page leaves its siblings, the rest is refused by name."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import SandboxCode
from idp_project.core.isolation.client import Sandbox
from tests.hostile.drawing import pdf_of, text_at

WHOLE = pdf_of(text_at(40, 300, b"First"), text_at(40, 300, b"Second"))


def first_words(sandbox: Sandbox, path: str) -> list[str]:
    return [
        reading.text_layer["words"][0][0] if reading.text_layer else reading.text_error.code
        for reading in sandbox.read_pages(path, [1, 2], 60)
    ]


def test_a_whole_file_is_not_repaired(sandbox, saved):
    assert sandbox.inspect(saved(WHOLE))["is_repaired"] is False


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"trailer", b"       "),
        lambda data: data.replace(b"/Root 1 0 R", b"/Root 9 0 R"),
        lambda data: data.replace(b"<< /Type /Catalog /Pages 2 0 R >>", b"x" * 33),
        lambda data: data.replace(b"/Pages 2 0 R", b"/Pages 9 0 R"),
    ],
    ids=["trailer", "root", "catalog", "page tree"],
)
def test_what_holds_the_pages_together_is_rebuilt(sandbox, saved, damage):
    damaged = damage(WHOLE)
    assert damaged != WHOLE
    path = saved(damaged)
    facts = sandbox.inspect(path)
    assert (facts["page_count"], facts["is_repaired"]) == (2, True)
    assert first_words(sandbox, path) == ["First", "Second"]
    assert sandbox.render(path, 2, 60).min() < 128


def test_a_broken_page_leaves_its_siblings(sandbox, saved):
    three = pdf_of(*(text_at(40, 300, word) for word in (b"First", b"Second", b"Third")))
    second = list(re.finditer(rb"<< /Type /Page /.*?>>\nendobj", three, re.DOTALL))[1]
    path = saved(three[: second.start()] + b"null".ljust(len(second[0]) - 7) + b"\nendobj" + three[second.end() :])
    assert len(sandbox.page_sizes(path)) == 3
    first, broken, third = sandbox.read_pages(path, [1, 2, 3], 60)
    assert first.image.min() < 128 and third.image.min() < 128
    assert broken.image_error.code == SandboxCode.DAMAGED
    codes = {page.text_error.code for page in (first, broken, third)}
    assert codes == {SandboxCode.DAMAGED}, "pages are counted differently there: their pictures are read instead"


def test_nothing_is_rebuilt_of_an_encrypted_file(sandbox, saved):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(WHOLE)) as pdf:
        rule = pikepdf.Encryption(owner="o", user="u", R=3, aes=False, metadata=False)
        pdf.save(out, encryption=rule, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pytest.raises(PermanentFailure) as refused:
        sandbox.inspect(saved(out.getvalue()))
    assert refused.value.code == SandboxCode.ENCRYPTED
    with pytest.raises(PermanentFailure) as refused:
        sandbox.inspect(saved(out.getvalue().replace(b"trailer", b"       ")))
    assert refused.value.code == SandboxCode.ENCRYPTED


def test_what_has_no_pages_left_is_refused(sandbox, saved):
    with pytest.raises(PermanentFailure) as refused:
        sandbox.inspect(saved(WHOLE[:20] + b"x" * 500 + WHOLE[-60:]))
    assert refused.value.code == SandboxCode.DAMAGED
