"""Nothing escapes the table: routes, sockets, admin registrations and jobs; and a new one that is not in it is found."""

from __future__ import annotations

import inspect
from contextlib import suppress
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.urls import URLPattern, get_resolver, path

from accounts.domain.roles import Role
from documents.models import (
    Batch,
    BatchDeletion,
    Delivery,
    Document,
    RehearsedDocument,
    SchemaVersion,
    StepRun,
    SubDocument,
)
from documents.routing import websocket_urlpatterns
from idp_project.core.errors import IdpError
from idp_project.core.job_names import PERIODIC_JOBS, JobName
from idp_project.core.reasons import OWN_WORDS
from idp_project.core.tenancy import system_scope
from pdb_sync.models import Reconciliation
from review.models import Notification, Rereading
from tests.authorization.conftest import Actor, World
from tests.authorization.rules import ASK, FORBID, HIDE
from tests.authorization.table import ADMIN_PAGES, JOBS_OF_PEOPLE, ROUTES, SOCKETS
from tests.authorization.test_matrix import named_routes, send, verdict_of


def unlisted(patterns: list, sockets: list, models: list, jobs: list) -> set[str]:
    """What exists and is in no table."""
    routes = {name for _, name in named_routes(patterns)} - {row.route for row in ROUTES}
    doors = {str(pattern.pattern) for pattern in sockets} - set(SOCKETS)
    pages = {model._meta.label_lower for model in models} - set(ADMIN_PAGES)
    work = {str(job) for job in jobs} - {str(job) for job in {*JOBS_OF_PEOPLE, *PERIODIC_JOBS}}
    return routes | doors | pages | work


def present() -> dict[str, list]:
    return {
        "patterns": get_resolver().url_patterns,
        "sockets": list(websocket_urlpatterns),
        "models": list(admin.site._registry),
        "jobs": list(JobName),
    }


def test_nothing_is_missing_in_the_tables():
    assert unlisted(**present()) == set()
    assert not set(JOBS_OF_PEOPLE) & set(PERIODIC_JOBS)
    assert set(JOBS_OF_PEOPLE) | set(PERIODIC_JOBS) == set(JobName)
    routes = {row.route for row in ROUTES}
    assert all(set(starters) <= routes and starters for starters in JOBS_OF_PEOPLE.values())


def _view(request: Any) -> None:
    """Never called."""


@pytest.mark.parametrize(
    ("kind", "thing", "name"),
    [
        ("patterns", path("secret/", _view, name="secret"), "secret"),
        ("patterns", path("nameless/", _view), "None"),
        ("sockets", path("ws/secret/", _view), "ws/secret/"),
        ("models", Batch.shares.rel.related_model, "documents.share"),
        ("jobs", "documents.jobs.secret", "documents.jobs.secret"),
    ],
)
def test_whatever_is_not_in_the_tables_is_found(kind, thing, name):
    everything = present()
    everything[kind] = [*everything[kind], thing]
    assert unlisted(**everything) == {name}


def admin_addresses(patterns: list, prefix: str = "/admin/") -> list[str]:
    """Every address below the admin, with made-up ids."""
    found = []
    for pattern in patterns:
        route = str(pattern.pattern)
        for name in ("path:object_id", "id", "int:job_id", "str:job_id", "int:queue_index", "str:queue_index"):
            route = route.replace(f"<{name}>", str(uuid4()) if "index" not in name else "0")
        route = route.replace("<int:content_type_id>", "1").split("(?P")[0].replace("^", "")
        if isinstance(pattern, URLPattern):
            found.append(prefix + route)
        else:
            found += admin_addresses(pattern.url_patterns, prefix + route)
    return found


@pytest.mark.slow
def test_every_admin_url_is_closed_to_all_but_super_admins(world: World) -> None:
    addresses = admin_addresses(admin.site.urls[0])
    assert len(addresses) > 80
    for address in addresses:
        assert verdict_of(world.actors["anonymous"].request("GET", address)) == ASK, address
        assert verdict_of(world.actors["admin"].request("GET", address)) == FORBID, address
        assert verdict_of(world.actors["admin"].request("POST", address, data={})) == FORBID, address


def _facts() -> list[tuple[Any, ...]]:
    """What jobs change, of every organisation."""
    with system_scope("test"):
        return [
            *StepRun.objects.order_by("id").values_list("id", "status", "attempt", "lease_token"),
            *Document.objects.order_by("id").values_list("id", "status", "page_count"),
            *SubDocument.objects.order_by("id").values_list("id", "status", "approved_version_number"),
            *Delivery.objects.order_by("id").values_list("id", "status", "attempts"),
            *BatchDeletion.objects.order_by("id").values_list("id", "position", "finished_at"),
            *Rereading.objects.order_by("id").values_list("id", "position", "finished_at"),
            *RehearsedDocument.objects.order_by("id").values_list("id", "result"),
        ]


OF_A_PERSON = (JobName.RESET_LINK_MAIL, JobName.ACCOUNT_NOTICE_MAIL)  # and of no organisation


@pytest.mark.parametrize("job", [job for job in JOBS_OF_PEOPLE if job not in OF_A_PERSON])
def test_job_with_ids_of_another_organization_touches_nothing(world: World, job: JobName) -> None:
    """Jobs trust their payload; what they could be made to do elsewhere stops at row-level security."""
    with system_scope("test", using="pdb"):
        reconciliation = Reconciliation.objects.create(organization_id=world.cast.organization.id)
    with system_scope("test"):
        ids = {
            "organization_id": str(world.cast.foreign.id),
            "document_id": world.ids["document"],
            "batch_id": world.ids["batch"],
            "schema_id": world.ids["schema"],
            "page_ids": [world.ids["page"]],
            "sub_document_id": world.ids["sub_document"],
            "step_run_id": str(StepRun.objects.values_list("id", flat=True).first()),
            "delivery_id": str(Delivery.objects.values_list("id", flat=True).first()),
            "reconciliation_id": str(reconciliation.id),
            "rehearsed_ids": [world.ids["rehearsed"]],
            "schema_version_id": str(SchemaVersion.objects.values_list("id", flat=True).first()),
        }
        notification = Notification.objects.create(
            organization=world.cast.organization, user=world.cast.owner, reason=OWN_WORDS(text="Look.")
        )
        ids["notification_id"] = str(notification.id)
        rereading = Rereading.objects.create(
            organization=world.cast.organization, schema_id=world.ids["schema"], asked_as="somebody", sub_documents=1
        )
        deletion = BatchDeletion.objects.create(
            organization=world.cast.organization, batch_id=world.ids["batch"], asked_as="somebody", documents=1
        )
    module, _, name = str(job).rpartition(".")
    function = getattr(import_module(module), name)
    before = _facts()
    with transaction.atomic():
        with suppress(IdpError, ObjectDoesNotExist):
            function(**{name: ids[name] for name in inspect.signature(function).parameters})
        assert _facts() == before
        transaction.set_rollback(True)
    with system_scope("test", using="pdb"):
        assert Reconciliation.objects.get(id=reconciliation.id).finished_at is None
        reconciliation.delete()
    with system_scope("test"):
        assert Notification.objects.get(id=notification.id).mailed_at is None
        notification.delete()
        deletion.delete()
        rereading.delete()


WEAKER = (
    ("outsider", "other_team", Role.VIEWER),
    ("outsider", "other_team", Role.OPERATOR),
    ("foreign_admin", "foreign_team", Role.VIEWER),
    ("foreign_admin", "foreign_team", Role.OPERATOR),
    ("foreign_admin", "foreign_team", Role.MANAGER),
)


@pytest.mark.slow
@pytest.mark.parametrize(("strong", "place", "role"), WEAKER, ids=lambda value: str(value))
def test_weaker_roles_elsewhere_may_nothing_more(world: World, strong: str, place: str, role: Role) -> None:
    """The table names the strongest role of each place elsewhere; every weaker one is let in nowhere else."""
    cast, name = world.cast, f"{place}-{role.value}"
    organization = cast.foreign if place == "foreign_team" else cast.organization
    weak: Actor = world._signed_in(name, cast._person(name, role, getattr(cast, place), organization))
    for row in ROUTES:
        expected = {row.rule[strong]} if row.rule[strong] in (HIDE, ASK) else {row.rule[strong], FORBID}
        if row.rule[strong] == HIDE and not row.ids:
            expected.add(FORBID)  # a thing of one's own organisation: the permission is asked for before the thing
        assert verdict_of(send(world, weak, row)) in expected, row.name
