"""Files that a person would call fine, however odd inside, are read."""

from __future__ import annotations

import pytest

from idp_project.core.errors import PermanentFailure
from idp_project.core.isolation.client import Sandbox
from tests.hostile.ordinary_pictures import HEIGHT, ORDINARY_PICTURES, WIDTH
from tests.hostile.pdf_bombs import PDF_BOMBS
from tests.hostile.picture_bombs import PICTURE_BOMBS

pytestmark = pytest.mark.enable_socket
STILL_READ = (
    *("previous table is this one", "length that is itself", "length below zero", "pages inherit in a ring"),
    *("counts a billion pages", "counts no page", "unit of -1", "box of three", "no box at all", "crop outside"),
    *("turned by 45", "turned by a name", "outline in a ring", "fields in a ring", "forms and scripts", "portfolio"),
    *("pdf, then archive", "pdf, then web page", "pdf behind 1,000 bytes", "picture, then pdf"),
)


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.mark.parametrize("name", ORDINARY_PICTURES)
def test_pictures_of_every_make_are_shown_as_they_were_meant(name, sandbox, tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(ORDINARY_PICTURES[name]())
    assert sandbox.inspect(str(path))["page_count"] == 1
    shown = sandbox.render(str(path), 1, 300)
    assert shown.shape == (HEIGHT, WIDTH, 3)
    assert shown[10, 10].max() < 40, "the upper left quarter is black"
    assert min(shown[10, 80].min(), shown[50, 10].min(), shown[50, 80].min()) > 215, "the rest is white"


@pytest.mark.parametrize("name", STILL_READ)
def test_pdfs_that_viewers_open_are_read(name, sandbox, tmp_path):
    path = tmp_path / "file.pdf"
    path.write_bytes(PDF_BOMBS[name]())
    assert sandbox.inspect(str(path))["page_count"] == 1
    assert sandbox.render(str(path), 1, 100).min() < 128
    assert [word[0] for word in sandbox.read_text_layer(str(path), 1)["words"]][:2] == ["Still", "here"]


def test_what_a_picture_is_that_is_not_read_is_said(sandbox, tmp_path):
    for name in ("jpeg of 12 bit", "bmp that is a jpeg", "tiff of no known compression", "bigtiff, big end first"):
        path = tmp_path / "picture"
        path.write_bytes(PICTURE_BOMBS[name]())
        with pytest.raises(PermanentFailure, match="rare kind of picture") as refused:
            sandbox.inspect(str(path))
        assert refused.value.code == "unsupported_format"
