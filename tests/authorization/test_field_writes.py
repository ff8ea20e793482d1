"""C2: anyone who sends every field of every model along with a request writes none of them.

Each unsafe route is asked by each role with its ordinary body and, beside it, every field name that any model has, with a
value that can be told again. Afterwards every table is searched for those values, before the request is undone.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from accounts.tokens import ACCESS, cookie_name
from idp_project.core.tenancy import system_scope
from tests.authorization.conftest import World
from tests.authorization.rules import Row
from tests.authorization.table import ROUTES

APPS = ("accounts", "documents", "review", "rag")
ROLES = ("viewer", "owner", "reviewer", "admin")
TEXT, NUMBER, ID, DAY = "poison-marker", 987654, "deadbeef-dead-4eef-8ead-deadbeefdead", "2001-01-01T00:00:00Z"
MARKS = ("%poison-marker%", "%987654%", "%deadbeef-dead%", "%2001-01-01%")

# What a person names themselves, in words of their own: (route, table).
OWN_WORDS = {
    ("documents:batch_submit", "documents_batch"),  # the batch's name
    ("api-batches", "documents_batch"),
    ("accounts:organization_person_new", "accounts_user"),  # an admin names the new person
    ("accounts:api_key_create", "accounts_apikey"),  # the key's name
    ("accounts:organization_provider", "accounts_providerendpoint"),  # an admin enters key and address
    ("accounts:organization_provider_new", "accounts_providerendpoint"),
    ("accounts:organization_email", "accounts_mailserver"),  # an admin enters the account at the mail server
}


def poison(world: World) -> dict[str, Any]:
    """Every field name of every model with a value of its kind."""
    foreign = {
        "organization": str(world.cast.foreign.id),
        "team": str(world.cast.foreign_team.id),
        "user": str(world.cast.foreign_admin.id),
    }
    found: dict[str, Any] = {"is_superuser": True, "is_staff": True, "role": "super_admin"}
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                value = _value(field, foreign)
                found.setdefault(field.name, value)
                found.setdefault(field.attname, value)
    return found


def _value(field: models.Field, foreign: dict[str, str]) -> Any:
    if isinstance(field, models.ForeignKey):
        return foreign.get(str(field.related_model._meta.model_name), ID)
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.IntegerField | models.FloatField):
        return NUMBER
    if isinstance(field, models.UUIDField):
        return ID
    if isinstance(field, models.DateTimeField | models.DateField):
        return DAY
    return TEXT


def tables() -> list[str]:
    return sorted({model._meta.db_table for app in APPS for model in apps.get_app_config(app).get_models()})


def written(world: World) -> set[str]:
    """Tables in which a row carries a mark, or names a foreign place beside its own organisation."""
    own = f"%{world.cast.organization.id}%"
    foreign = [f"%{key}%" for key in (world.cast.foreign.id, world.cast.foreign_team.id, world.cast.foreign_admin.id)]
    part = "SELECT '{0}' FROM {0} t WHERE t::text LIKE ANY(%(marks)s) OR (t::text LIKE %(own)s AND t::text LIKE ANY(%(foreign)s))"
    statement = " UNION ".join(part.format(table) for table in tables())
    with system_scope("test"), connection.cursor() as cursor:
        cursor.execute(statement, {"marks": list(MARKS), "own": own, "foreign": foreign})
        return {name for (name,) in cursor.fetchall()}


def rights() -> tuple[Any, ...]:
    people = User.objects.order_by("id").values_list("id", "is_superuser", "is_active", "password")
    held = Membership.objects.order_by("id").values_list("id", "organization_id", "team_id", "role", "may_download")
    return (*people, *held)


def sent_by(world: World, name: str, row: Row, extra: dict[str, Any]) -> tuple[int, set[str], bool]:
    """(status, tables with a mark, whether anybody's rights changed) of one request, which is then undone."""
    client = Client(raise_request_exception=False)
    client.cookies[cookie_name(ACCESS)] = world.actors[name].cookie
    url = reverse(row.route, kwargs={key: world.ids.get(value, value) for key, value in row.ids.items()} or None)
    body = extra | (row.body(world) if row.body else {})
    before = rights()
    with transaction.atomic():
        if row.is_json or row.method in ("PUT", "PATCH", "DELETE"):
            options: dict[str, Any] = {"data": json.dumps(body), "content_type": "application/json"}
        else:
            options = {"data": body}
        response = getattr(client, row.method.lower())(url, **options)
        if getattr(response, "streaming", False):
            response.close()
        status, found, is_changed = response.status_code, written(world), rights() != before
        transaction.set_rollback(True)
    return status, found, is_changed


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_role_writes_a_field_by_sending_it(world: World, record_property: Any) -> None:
    extra = poison(world)
    assert len(extra) > 120 and written(world) == set()
    unsafe = [row for row in ROUTES if row.method != "GET" and not row.is_stream]
    accepted = 0
    offences = []
    for row in unsafe:
        for name in ROLES:
            status, found, is_changed = sent_by(world, name, row, extra)
            accepted += status < 400
            offences += [(row.name, name, table) for table in found if (row.route, table) not in OWN_WORDS]
            if is_changed and not row.route.startswith("accounts:organization_"):
                offences.append((row.name, name, "rights"))
    assert offences == []
    assert accepted > 30
    record_property(
        "figures",
        f"C2: {len(extra)} field names sent to {len(unsafe)} unsafe routes by {len(ROLES)} roles"
        f" ({accepted} accepted): 0 written",
    )


def test_the_search_finds_what_it_looks_for(world: World) -> None:
    """One row with a mark, and one that names a foreign team."""
    with transaction.atomic(), system_scope("test"):
        batch_id = world.ids["batch"]
        batches = apps.get_model("documents", "Batch").objects.filter(id=batch_id)
        batches.update(name=TEXT)
        assert written(world) == {"documents_batch"}
        batches.update(name="Monday", team_id=world.cast.foreign_team.id)
        assert written(world) == {"documents_batch"}
        transaction.set_rollback(True)
