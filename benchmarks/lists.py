"""What lists cost at the database: the newest 25 that an operator may see of 100,000 documents in 50 teams.

Three operators: of a single team whose documents are as new as everybody's, of all teams, and of five teams whose
documents are the oldest of all, with shares beside. Each list is asked for as its page does; the figure is the server's
own (planning and execution, `EXPLAIN ANALYZE`), the median of several, and the plan is printed.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import django

django.setup()  # before the models are imported

from django.db import connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.access import Access  # noqa: E402
from accounts.domain.roles import Role  # noqa: E402
from accounts.models import Organization, Team, User  # noqa: E402
from accounts.selectors.access import access_resolve  # noqa: E402
from accounts.services.people import people as people_services  # noqa: E402
from accounts.services.people import teams as teams_services  # noqa: E402
from benchmarks.catalog import options_of  # noqa: E402
from documents.models import Document  # noqa: E402
from documents.selectors.doors import (  # noqa: E402
    batch_list,
    document_list,
)
from documents.selectors.state import batch_summaries  # noqa: E402
from documents.services.showing import sharing  # noqa: E402
from idp_project.core.database_roles import connected_as_owner  # noqa: E402
from idp_project.core.pagination import NewestPage  # noqa: E402
from idp_project.core.tenancy import organization_scope  # noqa: E402
from review.selectors.tasks import task_list  # noqa: E402

CONSOLE = Access.for_command_line()
TARGET_MS = 20.0
TEAMS, SHOWN, BATCH_SIZE, ROUNDS = 50, 25, 20, 15
OLD_TEAMS = 5
ANALYZED = ("batch", "sourcefile", "document", "subdocument")

# Document n of all is n seconds old. The teams take turns, the last five have the oldest tenth between them.
_BATCHES = """
INSERT INTO documents_batch (id, organization_id, created_at, team_id, name, source, idempotency_key, priority,
    is_held)
SELECT gen_random_uuid(), %(organization)s, now() - n * %(batch)s * interval '1 second',
    (%(teams)s::uuid[])[CASE WHEN n > %(count)s * 0.9 THEN 46 + n %% 5 ELSE 1 + n %% 45 END], 'batch ' || n, 'api', '', 0, false
FROM generate_series(1, %(count)s) AS n
"""
_FILES = """
INSERT INTO documents_sourcefile (id, organization_id, created_at, batch_id, name, storage_name, content_type, size_bytes,
    sha256, pdf_name, pdf_bytes)
SELECT gen_random_uuid(), organization_id, created_at + n * interval '1 second', id, 'file ' || n || '.pdf', '', '', 1,
    repeat('ab', 32), '', 0
FROM documents_batch, generate_series(1, %(batch)s) AS n WHERE organization_id = %(organization)s
"""
_DOCUMENTS = """
INSERT INTO documents_document (id, organization_id, created_at, batch_id, team_id, source_file_id, status, page_count,
    content_hash, metadata, error_code)
SELECT gen_random_uuid(), file.organization_id, file.created_at, batch.id, batch.team_id, file.id,
    CASE WHEN random() < 0.02 THEN 'in_review' ELSE 'completed' END, 1, '', '{}', ''
FROM documents_sourcefile AS file JOIN documents_batch AS batch ON batch.id = file.batch_id
WHERE file.organization_id = %(organization)s
"""
_PARTS = """
INSERT INTO documents_subdocument (id, organization_id, created_at, document_id, team_id, first_page, last_page, is_blank,
    type_score, boundary_score, page_scores, status, route, checks, approved_version_number)
SELECT gen_random_uuid(), organization_id, created_at, id, team_id, 1, 1, false, 1, 1, '[]',
    CASE status WHEN 'in_review' THEN 'in_review' ELSE 'delivered' END, '', '[]', 1
FROM documents_document WHERE organization_id = %(organization)s
"""
_TASKS = """
INSERT INTO review_reviewtask (id, organization_id, created_at, sub_document_id, team_id, status, reasons, priority, due_at)
SELECT gen_random_uuid(), organization_id, created_at, id, team_id,
    CASE status WHEN 'in_review' THEN 'open' ELSE 'decided' END, '[]', 100 - (10 * random())::int,
    created_at + interval '1 day'
FROM documents_subdocument WHERE organization_id = %(organization)s
"""


def main() -> None:
    options = options_of("lists")
    organization, teams = _places()
    _fill(organization, teams, options.rows)
    people = {
        "operator of one team": _operator(organization, teams[:1]),
        "operator of all teams": _operator(organization, teams),
        "operator of five old teams, with shares": _operator(organization, teams[-OLD_TEAMS:]),
    }
    _share(organization, people["operator of five old teams, with shares"])
    lists: dict[str, Callable[[Access], QuerySet[Any]]] = {
        "documents": lambda access: document_list(access, page=NewestPage(SHOWN))[:SHOWN],
        "batches with their counts": lambda access: batch_summaries(batch_list(access))[:SHOWN],
        "review queue": lambda access: task_list(access, first=SHOWN),
    }
    print(f"lists: the newest {SHOWN} of {options.rows:,} documents in {TEAMS} teams, at the database")
    first = next(iter(people.values()))
    for name, rows in lists.items():
        for who, user in people.items():
            _report(
                name, who, organization, user, rows, shows_plan=options.plans or (name == "documents" and user is first)
            )


def _places() -> tuple[Organization, list[Team]]:
    mark = uuid4().hex[:8]
    organization = people_services.organization_create(CONSOLE, name=f"Lists {mark}", slug=f"lists-{mark}")
    teams = [
        teams_services.team_create(CONSOLE, organization_id=organization.id, name=f"Team {number:02}")
        for number in range(TEAMS)
    ]
    return organization, teams


def _fill(organization: Organization, teams: list[Team], rows: int) -> None:
    arguments = {
        "organization": organization.id,
        "teams": [team.id for team in teams],
        "batch": BATCH_SIZE,
        "count": rows // BATCH_SIZE,
    }
    with organization_scope(organization.id), connection.cursor() as cursor:
        for statement in (_BATCHES, _FILES, _DOCUMENTS, _PARTS, _TASKS):
            cursor.execute(statement, arguments)
    with connected_as_owner(), connection.cursor() as cursor:
        for table in ANALYZED:
            cursor.execute(f"ANALYZE documents_{table}")
        cursor.execute("ANALYZE review_reviewtask")


def _operator(organization: Organization, teams: list[Team]) -> User:
    user = people_services.user_create(CONSOLE, username=f"operator-{uuid4().hex[:8]}")
    for team in teams:
        people_services.membership_set(
            CONSOLE, user_id=user.id, organization_id=organization.id, team_id=team.id, role=Role.OPERATOR
        )
    return user


def _share(organization: Organization, user: User) -> None:
    manager = Access.for_system(organization.id)
    with organization_scope(organization.id):
        for document in Document.objects.order_by("id")[:20]:
            sharing.share_create(
                manager, document_id=document.id, user_id=user.id, expires_at=timezone.now() + timedelta(days=1)
            )


def _report(
    name: str,
    who: str,
    organization: Organization,
    user: User,
    rows: Callable[[Access], QuerySet[Any]],
    *,
    shows_plan: bool,
) -> None:
    access = access_resolve(user, None)
    assert access is not None
    with organization_scope(organization.id):
        found = len(rows(access))
        measured = []
        for _ in range(ROUNDS):
            (plan,) = json.loads(rows(access).explain(format="json", analyze=True))
            measured.append(plan["Planning Time"] + plan["Execution Time"])
        text = rows(access).explain(analyze=True, buffers=True)
    milliseconds = statistics.median(measured)
    print(f"  {name}, {who}: {milliseconds:.1f} ms for {found} rows, {milliseconds / TARGET_MS:.2f} of the limit")
    if shows_plan:
        print("\n".join(f"      {line}" for line in text.splitlines()))


if __name__ == "__main__":
    main()
