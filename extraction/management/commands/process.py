"""`manage.py process FILE… --schema invoice --json out.json`: files through the whole pipeline.

Exit codes: 0 every file was read and routed, 1 at least one failed (its reason is printed), 2 wrong usage,
3 not finished within the time limit.
"""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

import django_rq
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django_rq import get_worker
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rq import SimpleWorker, Worker

from accounts.access import Access
from accounts.models import Organization, Team
from documents.domain.statuses import AT_WORK_DOCUMENT_STATUSES
from documents.models import Batch
from documents.selectors.doors import schema_get_usable_by_key
from documents.selectors.state import batch_state
from documents.services.intake.batches import batch_submit
from documents.services.intake.receiving import IncomingFile
from extraction.reports import batch_report
from extraction.worker import preload
from idp_project.core.errors import IdpError
from idp_project.core.tenancy import organization_scope

_FAILED = {"failed", "quarantined", "cancelled"}


class Command(BaseCommand):
    """Uses the running workers; if none run, does their work itself."""

    help = "Takes files through the whole pipeline and reports what was found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--schema", default="", help="key of the schema; without it the type is found out")
        parser.add_argument("--organization", default="", help="slug; needed where there are several")
        parser.add_argument("--team", default="", help="name; default: the first")
        parser.add_argument("--json", type=Path, dest="json_path", help="write the report here, - for standard output")
        parser.add_argument("--timeout", type=float, default=3600.0, help="seconds")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        missing = [str(path) for path in files if not path.is_file()]
        if missing:
            raise CommandError(_("No such file: %(names)s") % {"names": ", ".join(missing)}, returncode=2)
        organization, team = _place(options["organization"], options["team"])
        batch = _submit(organization, team, files, options["schema"])
        is_finished = _wait(organization.id, batch, options["timeout"])
        with organization_scope(organization.id):
            report = batch_report(batch.id)
        self._write(report, options["json_path"])
        if not is_finished:
            sys.exit(3)
        sys.exit(1 if any(document["status"] in _FAILED for document in report["documents"]) else 0)

    def _write(self, report: dict[str, Any], path: Path | None) -> None:
        if path is not None and str(path) != "-":
            path.write_text(json.dumps(report, indent=2, ensure_ascii=False))
        elif path is not None:
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        for document in report["documents"]:
            self.stderr.write(_line(document))


def _line(document: dict[str, Any]) -> str:
    if document["error"]:
        return f"{document['file']}: {document['status']}: {document['error']['message']} [{document['error']['code']}]"
    found = [_described(each) for each in document["sub_documents"] if not each["is_blank"]]
    return f"{document['file']}: {document['status']}: {'; '.join(found)}"


def _place(slug: str, team_name: str) -> tuple[Organization, Team]:
    organizations = Organization.objects.filter(slug=slug) if slug else Organization.objects.all()
    if organizations.count() != 1:
        raise CommandError(_("Name one organisation with --organization SLUG."), returncode=2)
    organization = organizations.get()
    teams = Team.objects.filter(organization=organization).order_by("name")
    team = teams.filter(name=team_name).first() if team_name else teams.first()
    if team is None:
        raise CommandError(_("There is no such team."), returncode=2)
    return organization, team


def _submit(organization: Organization, team: Team, files: list[Path], schema_key: str) -> Batch:
    access = Access.for_system(organization.id)
    with organization_scope(organization.id):
        try:
            schema = schema_get_usable_by_key(access, schema_key) if schema_key else None
        except IdpError as error:
            raise CommandError(f"{error.message} [{error.code}]", returncode=2) from error
        incoming = [IncomingFile(path.name, iter(lambda f=path.open("rb"): f.read(2**20), b"")) for path in files]  # type: ignore[misc]
        return batch_submit(
            access, team_id=team.id, files=incoming, schema_id=schema.id if schema else None, source="command"
        )


def _wait(organization_id: UUID, batch: Batch, timeout: float) -> bool:
    """Until every document is routed or has failed; False where the time is up."""
    has_workers = Worker.count(connection=django_rq.get_connection("io")) > 0
    if not has_workers:
        preload()
    deadline = time.monotonic() + timeout
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("pages", total=None)
        while time.monotonic() < deadline:
            with organization_scope(organization_id):
                state = batch_state(batch)
            known = state["batch"]["page_count"] or None
            bar.update(task, completed=state["batch"]["pages_done"], total=known)
            if not any(row["status"] in AT_WORK_DOCUMENT_STATUSES for row in state["documents"]):
                return True
            _work_once() if not has_workers else time.sleep(0.2)
    return False


def _work_once() -> None:
    """Does one waiting job in this process, or sleeps a moment."""
    worker = get_worker(*settings.QUEUE_NAMES, worker_class=SimpleWorker)  # type: ignore[arg-type]
    worker.work(burst=True, max_jobs=1, logging_level="ERROR")
    time.sleep(0.02)


def _described(sub_document: dict[str, Any]) -> str:
    first, last = sub_document["pages"]
    route = sub_document["route"] or sub_document["status"]
    return f"{sub_document['type'] or 'unknown type'} p. {first}–{last} → {route}"
