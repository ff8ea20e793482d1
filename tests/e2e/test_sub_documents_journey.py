"""The sub-documents of a stack in a real browser: a boundary is moved by keys, and only what it touches is run again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import RunningSystem
from tests.e2e.journey import assert_accessible, assert_fits, sign_in_by_tile, upload
from tests.factories import files

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(480)]
PATIENCE = 180.0


def test_a_moved_boundary_runs_only_its_two_sub_documents_again(
    running_system: RunningSystem, context: BrowserContext, tmp_path: Path
) -> None:
    page, url = context.new_page(), running_system.url
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    sign_in_by_tile(page, url, "Operator")
    document_id = stack_in_review(page, url, tmp_path)
    before = sub_documents_of(page, url, document_id)
    assert len(before) == 3 and {sub_document["status"] for sub_document in before} == {"in_review"}
    ran = {sub_document["id"]: runs_of(page, url, sub_document["id"]) for sub_document in before}

    set_a_cell(page, url, before[0])
    page.goto(f"{url}/review/documents/{document_id}/sub-documents/")
    warning = "1 table cell that a person set or confirmed is among them"
    cut, last_cut = before[1]["first_page"], before[2]["first_page"]
    page.locator(f'[data-gap="{last_cut}"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#arrange-summary")).to_contain_text("1 sub-document will be read again; 1 stay")
    expect(page.locator("#arrange-summary")).not_to_contain_text(warning)
    page.get_by_role("button", name="Undo all").click()
    page.locator(f'[data-gap="{cut}"]').focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(f'[data-gap="{cut + 1}"]')).to_be_focused()
    expect(page.locator("#arrange-summary")).to_contain_text(warning)
    expect(page.locator("#arrange-summary")).to_contain_text("2 sub-documents will be read again; 1 stay")
    assert_accessible(page, "sub-documents")
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page, "sub-documents")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Apply").click()

    after = until(
        lambda: moved(sub_documents_of(page, url, document_id), cut + 1), "the sub-documents were not read again"
    )
    assert [sub_document["id"] for sub_document in after] == [sub_document["id"] for sub_document in before]
    assert runs_of(page, url, after[2]["id"]) == ran[after[2]["id"]], "the third sub-document is untouched"
    for sub_document in after[:2]:
        assert runs_of(page, url, sub_document["id"])["merge"] > ran[sub_document["id"]]["merge"]
    assert not complaints


def stack_in_review(page: Page, url: str, folder: Path) -> str:
    """Three invoices whose totals do not add up, scanned as one file; the id of the document once all of it is read."""
    sub_documents = [files.sample(seed=seed, flaw="wrong_total") for seed in (22, 28, 35)]
    path = folder / "stack.pdf"
    path.write_bytes(files.content_of(files.stack(path.name, *sub_documents)))
    upload(page, [str(path)], "Stack")
    batch_id = page.url.rstrip("/").rpartition("/")[2]

    def read() -> str | None:
        found = json_of(page, f"{url}/api/v1/documents/?batch_id={batch_id}")["results"]
        return found[0]["id"] if found and found[0]["status"] == "in_review" else None

    return str(until(read, "the stack was not read"))


def set_a_cell(page: Page, url: str, sub_document: dict[str, Any]) -> None:
    """A person sets the first table cell of a sub-document, as the desk does."""
    tasks = json_of(page, f"{url}/api/v1/review-tasks/")
    (task_id,) = (task["id"] for task in tasks if task["sub_document_id"] == sub_document["id"])
    headers = {"X-CSRFToken": page.locator("body").get_attribute("data-csrf") or "", "Origin": url}
    address = f"{url}/api/v1/review-tasks/{task_id}/values/{sub_document['tables'][0]['cells'][0]['id']}/"
    answer = page.request.put(address, data={"text": "1"}, headers=headers)
    assert answer.ok, answer.text()


def sub_documents_of(page: Page, url: str, document_id: str) -> list[dict[str, Any]]:
    found = json_of(page, f"{url}/api/v1/documents/{document_id}/")["sub_documents"]
    return sorted(found, key=lambda sub_document: sub_document["first_page"])


def moved(sub_documents: list[dict[str, Any]], first_page: int) -> list[dict[str, Any]] | None:
    """The sub-documents, once the second begins there and all of them wait for a person again."""
    is_done = sub_documents[1]["first_page"] == first_page and {
        sub_document["status"] for sub_document in sub_documents
    } == {"in_review"}
    return sub_documents if is_done else None


def runs_of(page: Page, url: str, sub_document_id: str) -> dict[str, str]:
    """When each step of the sub-document began."""
    return {
        run["step"]: run["started_at"]
        for run in json_of(page, f"{url}/api/v1/sub-documents/{sub_document_id}/step-runs/")
    }


def json_of(page: Page, address: str) -> Any:
    answer = page.request.get(address)
    assert answer.ok, f"{address} answers {answer.status}"
    return answer.json()


def until(look: Any, complaint: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.5)
    raise AssertionError(complaint)
