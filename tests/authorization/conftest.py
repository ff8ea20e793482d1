"""One world for all requests of these modules: each request is made in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.access import Access
from accounts.models import Invitation, MailServer, Membership, ProviderEndpoint, User
from accounts.selectors.access import access_current
from accounts.services.people import people
from accounts.services.sign_in import api_keys, sessions, tickets
from accounts.services.sign_in.sessions import SessionGrant
from accounts.tokens import ACCESS, access_token, cookie_name
from documents.domain.words.own import OwnWord
from documents.models import Delivery, MasterList, ReceivedEInvoice, Rehearsal, RehearsedDocument, Share, Upload
from documents.services.intake.uploads import upload_append, upload_create
from documents.services.schemas.master_lists import master_list_create
from documents.services.schemas.schema_grants import schema_grant
from documents.services.schemas.words import organization_word_add
from documents.services.showing.sharing import share_create
from documents.storage import original_save
from idp_project.core.tenancy import organization_scope, system_scope
from pdb_sync.models import PdbRecord
from rag.domain.passages import AnswerMode
from rag.models import Answer as GivenAnswer
from rag.models import AnswerStatement, Citation, Conversation, Question
from review.models import Absence, ReviewTask
from tests.factories import files, pipeline
from tests.factories.cast import CONSOLE, Cast
from tests.factories.pipeline import Outcome, drain, submit
from tests.servers import TestServers


@dataclass(frozen=True)
class Answer:
    """What came back, read to its end."""

    status: int
    content: bytes
    location: str
    headers: frozenset[str]


@dataclass
class Actor:
    """Somebody with a session of their own, or nobody."""

    name: str
    grant: SessionGrant | None = None
    access: Access | None = None

    @property
    def cookie(self) -> str:
        """A token made now: the tests of a world may take longer than one lives."""
        return str(access_token(replace(self.grant, issued_at=timezone.now()))) if self.grant else ""

    def image_token(self, page_id: str) -> str:
        return tickets.image_token_issue(self.access, UUID(page_id), "view") if self.access else "none"

    def request(self, method: str, url: str, *, is_stream: bool = False, **options: Any) -> Answer:
        """In a browser as it was when the actor signed in; what it changes is undone."""
        client = Client(raise_request_exception=False)
        if cookie := self.cookie:
            client.cookies[cookie_name(ACCESS)] = cookie
        with transaction.atomic(using="default"):
            response = getattr(client, method.lower())(url, **options)
            content = b"" if is_stream and response.streaming else response.getvalue()
            transaction.set_rollback(True, using="default")
        return Answer(response.status_code, content, response.headers.get("Location", ""), frozenset(response.headers))


class World:
    """A document in review, one in the production database, and everybody who may ask for them."""

    def __init__(self) -> None:
        self.cast = Cast()
        self.schema = self.cast.publish("invoice")["invoice"]
        with organization_scope(self.cast.organization.id):
            type(self.schema).objects.filter(id=self.schema.id).update(team=self.cast.team)
        waiting = Outcome(submit(self.cast, files.for_review()))
        delivered = Outcome(submit(self.cast, files.sample()))
        drain()
        assert waiting.document().status == "in_review" and delivered.document().status == "completed"
        self.ids = self._ids_of(waiting, delivered)

    def _ids_of(self, waiting: Outcome, delivered: Outcome) -> dict[str, str]:
        sub_document = waiting.sub_document()
        with organization_scope(self.cast.organization.id):
            task_id = ReviewTask.objects.values_list("id", flat=True).get(sub_document=sub_document)
            value_id = sub_document.field_values.values_list("id", flat=True).get(name="order_number")
            citation = self._citation_of(waiting)
            endpoint = ProviderEndpoint.objects.create(
                organization=self.cast.organization,
                provider="ollama",
                model="m",
                location="local",
                api_base="http://127.0.0.1:9",
            )
            invitation = self._invitation()
            MailServer.objects.create(
                organization=self.cast.organization, host="mail.example.org", sender_address="post@example.org"
            )
            delivery_id = Delivery.objects.values_list("id", flat=True).get()
        with system_scope("test", using="pdb"):
            record_id = PdbRecord.objects.values_list("id", flat=True).get()
        membership = Membership.objects.get(user=self.cast.viewer)
        viewer = self.cast.session_access(self.cast.viewer)
        key, _ = api_keys.api_key_create(viewer, name="nightly", scopes=["view_documents"], days=1)
        found = {
            "team": membership.team_id,
            "schema": self.schema.id,
            "invitation": invitation.id,
            "person": membership.user_id,
            "membership": membership.id,
            "guest": self.cast.guest.pk,
            "session": viewer.session_id,
            "api_key": key.id,
            "batch": waiting.batch.id,
            "document": waiting.document().id,
            "page": waiting.pages(waiting.document())[0][0],
            "sub_document": sub_document.id,
            "task": task_id,
            "endpoint": endpoint.id,
            "field_value": value_id,
            "delivered": delivered.sub_document().id,
            "upload": self._upload().id,
            "step_run": waiting.steps(sub_document.id)["merge"].id,
            "delivery": delivery_id,
            "record": record_id,
            "citation": citation.id,
            "share": self._share_of(delivered).id,
            "conversation": citation.statement.answer.question.conversation_id,
            "granted": self._granted().pk,
            "word": self._word().id,
            "list": self._list().id,
            "absence": self._absence().id,
            "colleague": self._colleague().pk,
            "library_key": "letter",
            "delivered_file": delivered.document().source_file.name,
        }
        self._e_invoice(waiting)
        rehearsal = self._rehearsal(delivered)
        found |= {"rehearsal": rehearsal.rehearsal_id, "rehearsed": rehearsal.pk}
        return {name: str(value) for name, value in found.items()}

    def _e_invoice(self, waiting: Outcome) -> None:
        """Of the document that waits, as if it had come with one."""
        with organization_scope(self.cast.organization.id):
            stored = original_save(self.cast.organization.id, [b"<Invoice/>"], max_bytes=100)
            ReceivedEInvoice.objects.create(
                organization=self.cast.organization,
                document=waiting.document(),
                file_name="factur-x.xml",
                storage_name=stored.storage_name,
                size_bytes=stored.size_bytes,
                sha256=stored.sha256,
            )

    def _invitation(self) -> Invitation:
        """Of somebody who has not answered yet."""
        return Invitation.objects.create(
            organization=self.cast.organization,
            email="asked@example.org",
            role="viewer",
            token_hash="0" * 64,
            expires_at=timezone.now() + timedelta(days=1),
        )

    def _upload(self) -> Upload:
        """Half of it has arrived."""
        access = self.cast.access(self.cast.owner)
        with organization_scope(self.cast.organization.id):
            upload = upload_create(access, file_name="scan.pdf", size_bytes=8)
            return upload_append(access, upload.id, offset=0, length=4, chunks=[b"%PDF"])

    def _share_of(self, delivered: Outcome) -> Share:
        """With an operator of the team, who sees it anyway."""
        with organization_scope(self.cast.organization.id):
            return share_create(
                self.cast.access(self.cast.reviewer),
                document_id=delivered.document().id,
                user_id=self.cast.owner.id,
                expires_at=timezone.now() + timedelta(days=1),
            )

    def _granted(self) -> User:
        """A person of the team to whom its schema was opened, who sees it anyway."""
        with organization_scope(self.cast.organization.id):
            schema_grant(self.cast.access(self.cast.reviewer), self.schema.id, user_id=self.cast.owner.pk)
        return self.cast.owner

    def _word(self) -> OwnWord:
        """One of the organisation's own."""
        admin = self.cast.session_access(self.cast.admin)
        with organization_scope(self.cast.organization.id):
            return organization_word_add(admin, OwnWord("total", "schlussbetrag", "de"))

    def _list(self) -> MasterList:
        """Master data of the team."""
        manager = self.cast.access(self.cast.reviewer)
        with organization_scope(self.cast.organization.id):
            return master_list_create(manager, name="Depots", content="depot\nNorth", team_id=self.team_id)

    def _absence(self) -> Absence:
        """Of an operator of the team."""
        day = timezone.localdate()
        with organization_scope(self.cast.organization.id):
            return Absence.objects.create(
                organization=self.cast.organization,
                user=self.cast.owner,
                first_day=day,
                last_day=day + timedelta(days=2),
            )

    def _colleague(self) -> User:
        """Another operator of the team, who does not ask for anything."""
        return self.cast.colleague

    def _rehearsal(self, delivered: Outcome) -> RehearsedDocument:
        """Of a draft of the manager, under way; its jobs are not enqueued."""
        own = {"organization": self.cast.organization}
        with organization_scope(self.cast.organization.id):
            rehearsal = Rehearsal.objects.create(
                **own, schema=self.schema, user=self.cast.reviewer, draft_id=uuid4(), revision=1, base="1.0",
                definition={"name": "Invoice", "fields": []}, documents=1,
            )  # fmt: skip
            return RehearsedDocument.objects.create(
                **own, rehearsal=rehearsal, sub_document=delivered.sub_document(), position=0
            )

    def _citation_of(self, waiting: Outcome) -> Citation:
        """In a conversation of the viewer."""
        own = {"organization": self.cast.organization}
        page = waiting.document().pages.get(number=1)
        conversation = Conversation.objects.create(
            **own, user=self.cast.viewer, title="Invoices", asked_at=timezone.now()
        )
        question = Question.objects.create(**own, conversation=conversation, text="Which invoices are there?")
        answer = GivenAnswer.objects.create(**own, question=question, mode=AnswerMode.QUOTATION)
        statement = AnswerStatement.objects.create(**own, answer=answer, position=1, text="One.")
        place = {"page": page, "document": page.document, "page_number": 1, "span_start": 0, "span_end": 7}
        return Citation.objects.create(**own, **place, statement=statement, number=1, quote="Invoice")

    @property
    def team_id(self) -> UUID:
        return self.cast.team.id

    def team_choice(self) -> dict[str, str]:
        return {"organization": str(self.cast.organization.id), "team": str(self.team_id)}

    def file(self) -> SimpleUploadedFile:
        return SimpleUploadedFile("notes.txt", b"no document", content_type="text/plain")

    @cached_property
    def actors(self) -> dict[str, Actor]:
        names = ("viewer", "owner", "reviewer", "guest", "admin", "super_admin", "outsider", "foreign_admin", "both")
        actors = {name: self._signed_in(name, getattr(self.cast, name)) for name in names}
        gone = self._signed_in("deactivated", self.cast.teammate)
        people.user_deactivate(CONSOLE, self.cast.teammate.pk)
        return actors | {"deactivated": gone, "anonymous": Actor("anonymous")}

    def _signed_in(self, name: str, user: Any) -> Actor:
        """The guest has come over from home; who belongs to both has not."""
        grant = sessions.sign_in(user)
        if name == "guest":
            place = {"organization_id": self.cast.organization.id, "team_id": self.cast.team.id}
            grant = sessions.team_switch(grant.access, **place)
        access = access_current(grant.session.pk)
        assert access is not None
        return Actor(name, grant, access)


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any, servers: TestServers) -> Iterator[World]:
    with django_db_blocker.unblock():
        cache.clear()
        pipeline.redis().flushdb()
        try:
            world = World()
            # Now, and not in a test that takes back what it did.
            assert len(world.actors) == 11 and world.cast.foreign_team
            yield world
        finally:
            for alias in ("default", "pdb"):
                connections[alias].close()
                servers.empty(alias, settings.TEST_WORKER)
