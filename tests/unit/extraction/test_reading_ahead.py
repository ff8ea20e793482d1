"""What is read ahead of the steps: the first page of a scan comes with its facts."""

import io

import pytest
from PIL import Image

from extraction.runner.prefetch import InspectingParser
from idp_project.core.errors import PermanentFailure
from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.limits import SandboxLimits
from tests.hostile.drawing import pdf_of, text_at


def drawn(kind: str, *colours: str, **options) -> bytes:
    """A file with an area of 40 x 30 pixels for each colour."""
    first, *others = [Image.new("RGB", (40, 30), colour) for colour in colours]
    if others:
        options |= {"save_all": True, "append_images": others}
    target = io.BytesIO()
    first.save(target, kind, **options)
    return target.getvalue()


@pytest.fixture
def asked():
    return []


@pytest.fixture
def sandbox(asked):
    return Sandbox(on_verdict=lambda operation, verdict: asked.append(operation))


def scan() -> bytes:
    return drawn("PDF", "red", "blue", resolution=72)


def test_the_first_page_of_a_scan_comes_with_its_facts(saved, sandbox):
    for data in (drawn("PNG", "red"), drawn("TIFF", "red", "blue"), scan()):
        path = saved(data, "scan")
        facts, page = sandbox.inspect_scan(path, 72)
        assert facts == sandbox.inspect(path) and (page.image == sandbox.render(path, 1, 72)).all()


def test_document_with_text_is_not_drawn_before_it_is_asked_for(saved, sandbox):
    path = saved(pdf_of(text_at(40, 300, b"Invoice of a whole Monday", 20)), "document")
    assert sandbox.inspect_scan(path, 200) == (sandbox.inspect(path), None)


def test_scan_is_opened_once_for_metadata_and_first_page(saved, sandbox, asked):
    parser, path = InspectingParser(sandbox, dpi=72), saved(scan(), "scan")
    parser.inspect(path)
    assert len(parser.page_sizes(path)) == 2 and parser.render(path, 1, 72).shape == (30, 40, 3)
    assert asked == ["inspect_scan"]
    assert parser.render(path, 2, 72).shape == parser.render(path, 1, 72).shape == (30, 40, 3)
    assert asked == ["inspect_scan", "render", "render"], "it is not kept for ever"


def test_unrenderable_first_page_is_not_waited_for_twice(saved, sandbox, asked):
    sandbox.limits = SandboxLimits(max_page_pixels=1000)
    parser, path = InspectingParser(sandbox, dpi=72), saved(pdf_of(b"", page=b"/MediaBox [0 0 20000 20000]"), "huge")
    assert parser.inspect(path)["page_count"] == 1
    with pytest.raises(PermanentFailure) as refused:
        parser.render(path, 1, 72)
    assert refused.value.code == "too_many_pixels" and asked == ["inspect_scan"]
