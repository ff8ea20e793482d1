"""What is read ahead of the steps: a picture of one page comes with its facts."""

import io

import pytest
from PIL import Image

from extraction.runner.prefetch import InspectingParser
from idp_project.core.sandbox import Sandbox
from tests.hostile.drawing import pdf_of, text_at

RED, BLUE = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (40, 30), "blue")


@pytest.fixture
def saved(tmp_path):
    def save(data: bytes, name: str) -> str:
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return save


def picture(kind: str, **options) -> bytes:
    target = io.BytesIO()
    RED.save(target, kind, **options)
    return target.getvalue()


def test_a_picture_of_one_page_comes_with_its_facts(saved):
    sandbox, path = Sandbox(), saved(picture("PNG"), "picture")
    facts, page = sandbox.inspect_picture(path, 200)
    assert facts == sandbox.inspect(path) and (page == sandbox.render(path, 1, 200)).all()
    frames = saved(picture("TIFF", save_all=True, append_images=[BLUE]), "frames")
    for other in (frames, saved(pdf_of(text_at(40, 300, b"Invoice", 20)), "document")):
        facts, page = sandbox.inspect_picture(other, 200)
        assert facts == sandbox.inspect(other) and page is None, "their pages are read apart"


def test_a_picture_is_decoded_once_for_a_documents_steps(saved):
    asked = []
    path = saved(picture("PNG"), "picture")
    parser = InspectingParser(Sandbox(on_verdict=lambda operation, verdict: asked.append(operation)), dpi=200)
    parser.inspect(path)
    assert parser.page_sizes(path) and parser.render(path, 1, 200).shape == (30, 40, 3)
    assert asked == ["inspect_picture"]
    assert parser.render(path, 1, 200).shape == (30, 40, 3)
    assert asked == ["inspect_picture", "render"], "it is not kept for ever"
