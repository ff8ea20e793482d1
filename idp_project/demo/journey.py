"""The scripted demonstration: waits for the sample packet, reviews and approves through the API, checks all of it.

The reviewer is a script and says so: it signs in as the operator and corrects what differs from the samples' labels.
"""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from idp_project.demo.logins import read_logins
from idp_project.demo.organization import LOGINS_PATH
from idp_project.demo.packet import NAME, PACKET
from idp_project.demo.verdict import Verdict, summarize

_LIMIT_SECONDS = 280.0
_OPEN = {"received", "processing"}


def run(url: str) -> int:
    """Plays the journey against the server at `url`, prints the table; 0 if all of it is right, else 1."""
    console = Console()
    with httpx.Client(base_url=f"{url.rstrip('/')}/api/v1/", timeout=30.0) as client:
        reviewer = Reviewer(client, json.loads((PACKET / "labels.json").read_text()))
        reviewer.sign_in()
        batch_id = reviewer.sample_batch()
        _wait(client, batch_id, _OPEN, console, "reading the samples")
        console.print("A scripted reviewer now works off the review queue through the API.")
        for line in reviewer.work_off_queue():
            console.print(line)
        state = _wait(client, batch_id, _OPEN | {"in_review", "delivering"}, console, "delivering")
    verdict: Verdict = summarize(state, reviewer.labels)
    console.print(verdict.table)
    for problem in verdict.problems:
        console.print(f"[red]✗[/] {problem}")
    if not verdict.problems:
        console.print("[green]✓[/] Every document took its 14 steps and is in the production database exactly once.")
    return 1 if verdict.problems else 0


class Reviewer:
    """Signs in as the demonstration's operator and decides every open task."""

    def __init__(self, client: httpx.Client, labels: dict[str, Any]) -> None:
        self._client = client
        self.labels = labels

    def sign_in(self) -> None:
        login = next(entry for entry in read_logins(LOGINS_PATH) if entry.role == "operator")
        answer = self._post("token/", {"username": login.username, "password": login.password})
        self._client.headers["Authorization"] = f"Bearer {answer['access']}"

    def sample_batch(self) -> str:
        batches = self._client.get("batches/").raise_for_status().json()["results"]
        return str(next(batch["id"] for batch in batches if batch["name"] == NAME))

    def work_off_queue(self) -> list[str]:
        """Corrects what differs from the labels, then approves; a line a document of what was done."""
        tasks = self._client.get("review-tasks/").raise_for_status().json()
        return [self._decide(task) for task in tasks]

    def _decide(self, task: dict[str, Any]) -> str:
        self._post(f"review-tasks/{task['id']}/claim/")
        detail = self._client.get(f"review-tasks/{task['id']}/").raise_for_status().json()
        true_values = self.labels[task["file_name"]]["sub_documents"][0]["fields"]
        changed = []
        for value in detail["fields"]:
            true = true_values.get(value["name"])
            if (value["value"] or None) != (true or None):
                path = f"review-tasks/{task['id']}/values/{value['id']}/"
                self._client.put(path, json={"text": true or ""}).raise_for_status()
                changed.append(value["name"])
        self._post(f"review-tasks/{task['id']}/decide/", {"decision": "approve", "reason": "Checked by the script."})
        why = task["reasons"][0] if task["reasons"] else "low confidence"
        return f"  {task['file_name']}: {why} → corrected {', '.join(changed) or 'nothing'}, approved"

    def _post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        response = self._client.post(path, json=body or {}).raise_for_status()
        return response.json() if response.content else None


def _wait(client: httpx.Client, batch_id: str, open_statuses: set[str], console: Console, what: str) -> dict[str, Any]:
    deadline = time.monotonic() + _LIMIT_SECONDS
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        while True:
            state: dict[str, Any] = client.get(f"batches/{batch_id}/").raise_for_status().json()
            statuses = [document["status"] for document in state["documents"]]
            bar.update(task, completed=state["batch"]["pages_done"], total=state["batch"]["page_count"] or None)
            if not any(status in open_statuses for status in statuses):
                return state
            if time.monotonic() > deadline:
                raise SystemExit(f"Not finished after {_LIMIT_SECONDS:.0f} s: {statuses}")
            time.sleep(0.3)
