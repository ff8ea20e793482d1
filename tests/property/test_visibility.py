"""One visibility, said three times: `Access.can`, the ORM's predicate and the SQL of both databases give the same set."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts.access import Access
from accounts.domain.roles import SHARED_PERMISSIONS, TEAM_PERMISSIONS, Permission
from accounts.grants import object_grant
from accounts.models import Membership
from accounts.selectors.access import access_resolve
from documents.models import Batch, Document, SubDocument
from documents.policies import batches_visible_to, documents_visible_to, in_visible_teams
from documents.selectors.doors import document_list
from idp_project.core.pagination import NewestPage
from idp_project.core.tenancy import organization_scope
from pdb_sync.domain.record_filter import RecordFilter
from pdb_sync.models import PdbRecord
from pdb_sync.selectors import record_list
from rag.models import DocumentIndex
from rag.selectors.conversations import searchable_count
from review.models import ReviewTask
from review.selectors.tasks import task_list
from tests.factories.reading import read_document

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
VIEW = Permission.VIEW_DOCUMENTS
ROUNDS = 40


@pytest.fixture
def documents(cast):
    """Two batches of two documents in each of three teams of two organisations; a record and an index of each."""
    made = []
    for organization, team in (
        (cast.organization, cast.team),
        (cast.organization, cast.other_team),
        (cast.foreign, cast.foreign_team),
    ):
        for _ in range(2):
            with organization_scope(organization.id):
                batch = Batch.objects.create(organization=organization, team=team, name="Monday")
            made += [read_document(organization, team, ["text"], batch=batch) for _ in range(2)]
    for document in made:
        _record(document)
    return made


def _record(document: Document) -> None:
    own = {"organization_id": document.organization_id}
    with organization_scope(document.organization_id):
        sub_document = SubDocument.objects.create(
            **own, document=document, team_id=document.team_id, first_page=1, last_page=1
        )
        DocumentIndex.objects.create(**own, document=document, chunk_count=1)
    with organization_scope(document.organization_id, using="pdb"):
        PdbRecord.objects.create(
            **own,
            team_id=document.team_id,
            batch_id=document.batch_id,
            document_id=document.id,
            sub_document_id=sub_document.id,
            version=1,
            schema_key="letter",
            schema_version="1.0",
            values={},
            tables={},
            file_name="letter.pdf",
            file_sha256="ab" * 32,
            first_page=1,
            last_page=1,
            approved_by="test",
            approved_at=timezone.now(),
            event_uuid=uuid4(),
            delivered_at=timezone.now(),
        )


def _any_access(choose: random.Random, documents: list[Document]) -> Access:
    """Of one organisation, with any permissions anywhere, also on things of another organisation."""

    def some(keys: set[UUID], permissions: frozenset[Permission]) -> dict[UUID, frozenset[str]]:
        chosen = [key for key in sorted(keys) if choose.random() < 0.3]
        return {key: frozenset(p.value for p in permissions if choose.random() < 0.5) for key in chosen}

    teams = some({document.team_id for document in documents}, TEAM_PERMISSIONS)
    everywhere = choose.random() < 0.15
    return Access(
        user_id=uuid4(),
        organization_id=choose.choice(documents).organization_id,
        team_ids=tuple(team for team, held in teams.items() if VIEW in held),
        team_permissions=teams,
        batch_permissions=some({document.batch_id for document in documents}, SHARED_PERMISSIONS),
        document_permissions=some({document.id for document in documents}, SHARED_PERMISSIONS),
        organization_permissions=frozenset({VIEW.value, "ask_questions"}) if everywhere else frozenset(),
    )


def test_orm_and_sql_show_what_access_allows(documents, record_property):
    choose = random.Random(2026)
    seen = 0
    for _ in range(ROUNDS):
        access = _any_access(choose, documents)
        for permission in (VIEW, Permission.DOWNLOAD_DOCUMENTS, Permission.REVIEW_DOCUMENTS):
            expected = {
                document.id
                for document in documents
                if document.organization_id == access.organization_id
                and access.can(
                    permission, team_id=document.team_id, batch_id=document.batch_id, document_id=document.id
                )
            }
            with organization_scope(access.required_organization_id):
                assert {row.id for row in documents_visible_to(access, permission)} == expected
                sub_documents = SubDocument.objects.filter(in_visible_teams(access, permission))
                assert set(sub_documents.values_list("document_id", flat=True)) == expected
                batches = {batch.id for batch in batches_visible_to(access, permission)}
            whole = {
                document.batch_id
                for document in documents
                if document.organization_id == access.organization_id
                and access.can(permission, team_id=document.team_id, batch_id=document.batch_id)
            }
            assert batches == whole, "a document's share does not open its batch"
            records = record_list(access, RecordFilter(), permission=permission).records
            with organization_scope(access.required_organization_id, using="pdb"):
                rows = PdbRecord.objects.filter(id__in=[record["id"] for record in records])
                assert set(rows.values_list("document_id", flat=True)) == expected
            seen += len(expected)
    assert seen > ROUNDS
    record_property("figures", f"visibility: {ROUNDS * 3} sets equal in Access, ORM and SQL ({seen} rows)")


def test_pages_of_the_newest_are_those_of_the_whole_list(documents):
    """The list that reads a few rows a team shows what the list that reads everything shows, page after page."""
    choose = random.Random(11)
    for _ in range(ROUNDS):
        access = _any_access(choose, documents)
        with organization_scope(access.required_organization_id):
            everything = list(document_list(access))
            before = None
            while everything:
                expected, everything = everything[:2], everything[2:]
                shown = document_list(access, page=NewestPage(2, before))
                older = shown.filter(created_at__lt=before) if before else shown  # as the API's cursor asks
                assert list(older[:2]) == expected
                before = expected[-1].created_at


def test_the_head_of_the_review_queue_is_that_of_the_whole_queue(cast, documents):
    """Own tasks first, then priority, deadline and age, whether every task is read or a few of each team and share."""
    choose = random.Random(12)
    for document in documents:
        with organization_scope(document.organization_id):
            sub_document = SubDocument.objects.get(document=document)
            sub_document.status = choose.choice(["in_review", "in_review", "in_review", "cancelled"])
            sub_document.save()
            ReviewTask.objects.create(
                organization_id=document.organization_id,
                sub_document=sub_document,
                team_id=document.team_id,
                priority=choose.choice([90, 100]),
                due_at=choose.choice([None, timezone.now() + timedelta(days=choose.randint(1, 3))]),
                claimed_by=choose.choice([None, cast.owner]),
            )
    seen = 0
    for _ in range(ROUNDS):
        access = replace(_any_access(choose, documents), user_id=cast.owner.id)
        with organization_scope(access.required_organization_id):
            whole = list(task_list(access))
            seen += len(whole)
            for length in (1, 2, 5):
                assert list(task_list(access, first=length)) == whole[:length]
    assert seen > ROUNDS


def test_questions_reach_no_document_that_may_not_be_seen(documents):
    """`ask_questions` narrows what may be seen, and a share opens it to anyone who may ask anywhere."""
    choose = random.Random(7)
    asked = 0
    for _ in range(ROUNDS):
        access = _any_access(choose, documents)
        may_ask = access.can(Permission.ASK_QUESTIONS)
        expected = [
            document
            for document in documents
            if document.organization_id == access.organization_id
            and may_ask
            and (
                access.can(VIEW, batch_id=document.batch_id, document_id=document.id)
                or (
                    access.can(VIEW, team_id=document.team_id)
                    and access.can(Permission.ASK_QUESTIONS, team_id=document.team_id)
                )
            )
        ]
        with organization_scope(access.required_organization_id):
            assert searchable_count(access) == len(expected)
        asked += len(expected)
    assert asked > ROUNDS / 4


def test_an_ended_grant_is_in_no_set(cast, documents):
    own = [document for document in documents if document.team_id == cast.other_team.id]
    person = cast.viewer
    with organization_scope(cast.organization.id):
        object_grant(person, own[0], [VIEW], expires_at=timezone.now() + timedelta(minutes=5))
        object_grant(person, own[1], [VIEW], expires_at=timezone.now() - timedelta(seconds=1))
        object_grant(person, own[2].batch, [VIEW], expires_at=timezone.now() - timedelta(seconds=1))
    assert Membership.objects.filter(user=person).exists()
    access = access_resolve(person, None)
    assert access.document_permissions == {own[0].id: frozenset({VIEW.value})} and not access.batch_permissions
    with organization_scope(cast.organization.id):
        visible = set(documents_visible_to(access).values_list("id", flat=True))
    found = {record["id"] for record in record_list(access, RecordFilter()).records}
    with organization_scope(cast.organization.id, using="pdb"):
        recorded = set(PdbRecord.objects.filter(id__in=found).values_list("document_id", flat=True))
    assert visible == recorded == {own[0].id} | {d.id for d in documents if d.team_id == cast.team.id}
