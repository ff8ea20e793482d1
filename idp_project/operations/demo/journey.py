"""The scripted demonstration: waits for the sample packet, reviews through the API, asks a question, checks all of it.

The reviewer is a script and says so: it signs in as the operator, corrects what differs from the samples' labels, and
leaves the tasks of `packet.LEFT_OPEN` to people.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from idp_project.operations.demo.logins import read_logins
from idp_project.operations.demo.organization import LOGINS_PATH
from idp_project.operations.demo.packet import LEFT_OPEN, NAME, PACKET
from idp_project.operations.demo.question import QUESTION, Answered
from idp_project.operations.demo.verdict import summarize

_LIMIT_SECONDS = 280.0
_INDEX_SECONDS = 60.0
_UNREAD = {"received", "processing"}
_UNDELIVERED = {*_UNREAD, "in_review", "delivering"}


def run(url: str) -> int:
    """Plays the journey against the server at `url`, prints table and answer; 0 if all of it is right, else 1."""
    console = Console()
    labels = json.loads((PACKET / "labels.json").read_text())
    with httpx.Client(base_url=f"{url.rstrip('/')}/api/v1/", timeout=60.0) as client:
        _sign_in(client)
        batches = client.get("batches/").raise_for_status().json()["results"]
        batch_id = next(batch["id"] for batch in batches if batch["name"] == NAME)
        _wait(client, batch_id, _UNREAD, console, "reading the samples")
        console.print("A scripted reviewer now works off the review queue through the API, except for four tasks.")
        for line in work_off_queue(client, labels):
            console.print(line)
        state = _wait(client, batch_id, _UNDELIVERED, console, "delivering")
        left = client.get("review-tasks/").raise_for_status().json()
        answered = _ask(client)
    verdict = summarize(state, labels, left)
    console.print(verdict.table)
    for line in answered.lines():
        console.print(line)
    problems = [*verdict.problems, *answered.problems()]
    for problem in problems:
        console.print(f"[red]✗[/] {problem}")
    if not problems:
        console.print(
            "[green]✓[/] Every document took its steps; what was approved is in the production database exactly once; the "
            f"stack was split as it lay; {len(LEFT_OPEN)} tasks wait for a person; the answer quotes the right page."
        )
    return 1 if problems else 0


def _sign_in(client: httpx.Client) -> None:
    login = next(entry for entry in read_logins(LOGINS_PATH) if entry.role == "operator")
    answer = client.post("token/", json={"username": login.username, "password": login.password})
    client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access']}"


def work_off_queue(client: httpx.Client, labels: dict[str, Any]) -> Iterable[str]:
    """Corrects what differs from the labels, then approves, with a reason where a check still fails; one line per task."""
    for task in client.get("review-tasks/").raise_for_status().json():
        why = task["reasons"][0] if task["reasons"] else "low confidence"
        if task["file_name"] in LEFT_OPEN:
            yield f"  {_place(task)}: {why} → left for you in the review queue"
        else:
            changed = _decide(client, task, labels[task["file_name"]])
            yield f"  {_place(task)}: {why} → corrected {', '.join(changed) or 'nothing'}, approved"


def _place(task: dict[str, Any]) -> str:
    first, last = task["first_page"], task["last_page"]
    return f"{task['file_name']}, page {first}" + (f" to {last}" if last > first else "")


def _decide(client: httpx.Client, task: dict[str, Any], label: dict[str, Any]) -> list[str]:
    path = f"review-tasks/{task['id']}/"
    client.post(f"{path}claim/", json={}).raise_for_status()
    detail = client.get(path).raise_for_status().json()
    true_values: dict[str, str] = next(
        (
            sub_document["fields"]
            for sub_document in label["sub_documents"]
            if sub_document["first_page"] == task["first_page"]
        ),
        {},
    )
    changed, checks = [], detail["checks"]
    for value in detail["fields"]:
        true = true_values.get(value["name"])
        if (value["value"] or None) != (true or None):
            answer = client.put(f"{path}values/{value['id']}/", json={"text": true or ""}).raise_for_status()
            checks = answer.json()["checks"]
            changed.append(value["name"])
    decision: dict[str, Any] = {"decision": "approve", "reason": "Checked by the script."}
    if any(check["outcome"] == "failed" for check in checks):
        decision["override"] = {"code": "printed_so", "text": "The script compared it with what is printed."}
    client.post(f"{path}decide/", json=decision).raise_for_status()
    return changed


def _ask(client: httpx.Client) -> Answered:
    """The answer; asked again while none exists, because the search index follows the delivery by a job of its own."""
    deadline = time.monotonic() + _INDEX_SECONDS
    while True:
        answered = Answered(QUESTION, client.post("questions/", json={"text": QUESTION.text}).raise_for_status().json())
        if not answered.problems() or time.monotonic() > deadline:
            return answered
        time.sleep(1)


def _wait(client: httpx.Client, batch_id: str, open_statuses: set[str], console: Console, what: str) -> dict[str, Any]:
    """Until no document is in one of the statuses; those that are left to people count only while they are read."""
    deadline = time.monotonic() + _LIMIT_SECONDS
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        while True:
            state: dict[str, Any] = client.get(f"batches/{batch_id}/").raise_for_status().json()
            documents = {document["file_name"]: document["status"] for document in state["documents"]}
            bar.update(task, completed=state["batch"]["pages_done"], total=state["batch"]["page_count"] or None)
            if not any(
                status in (_UNREAD if name in LEFT_OPEN else open_statuses) for name, status in documents.items()
            ):
                return state
            if time.monotonic() > deadline:
                raise SystemExit(f"Not finished after {_LIMIT_SECONDS:.0f} s: {documents}")
            time.sleep(0.3)
