"""Every state of a field value is kept by the database, with who made it, under the same row-level security as the value."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from documents.models import FieldValue, FieldValueEvent, SubDocument
from documents.selectors.history import field_value_history
from documents.services.approving.values import field_value_write
from idp_project.core.errors import NotFound
from idp_project.core.tenancy import organization_scope
from review.services.tasks import review_task_open
from tests.factories.reading import read_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def value(cast):
    document = read_document(cast.organization, cast.team, ["Total 12.00"])
    own = {"organization": cast.organization}
    with organization_scope(cast.organization.id):
        sub_document = SubDocument.objects.create(
            **own, document=document, team=cast.team, first_page=1, last_page=1, status="processing"
        )
        return FieldValue.objects.create(
            **own, sub_document=sub_document, name="total", type="text", value="12.00", raw_text="12.00", confidence=0.5
        )


def history(cast, value, person=None):
    access = cast.access(person or cast.viewer)
    with organization_scope(access.organization_id):
        return [(c.kind, c.who, c.old, c.new) for c in field_value_history(access, value.id)]


def test_who_changed_what_when_is_kept_for_every_writer(cast, value):
    with organization_scope(cast.organization.id):
        field_value_write(value, value="12.50", raw_text="12.50", user_id=cast.owner.id)
        FieldValue.objects.filter(id=value.id).update(confidence=0.9)  # not a state of its own
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE documents_fieldvalue SET value = '13.00', is_confirmed = false WHERE id = %s", [value.id]
            )
    assert history(cast, value) == [
        ("found", "", "", "12.00"),
        ("changed", str(cast.owner), "12.00", "12.50"),
        ("read_again", "", "12.50", "13.00"),
    ]


def test_confirmation_at_the_desk_names_the_person(cast, value):
    with organization_scope(cast.organization.id):
        task = review_task_open(value.sub_document_id, reasons=[])
    browser = cast.browser(cast.owner)
    url = reverse("review:field_correct", args=[task.id, value.id])
    for text in ("12.00", "99"):
        assert browser.post(url, json.dumps({"text": text}), content_type="application/json").status_code == 200
    assert history(cast, value)[1:] == [
        ("confirmed", str(cast.owner), "12.00", "12.00"),
        ("changed", str(cast.owner), "12.00", "99"),
    ]
    fragment = cast.browser(cast.viewer).get(reverse("documents:field_value_history", args=[value.id]))
    assert str(cast.owner) in fragment.content.decode() and "<del>12.00</del>" in fragment.content.decode()


def test_the_history_has_the_row_security_of_its_value(cast, value):
    for stranger in (cast.outsider, cast.foreign_admin):
        with pytest.raises(NotFound):
            history(cast, value, stranger)
    assert not FieldValueEvent.objects.exists(), "outside a scope"
    with organization_scope(cast.foreign.id):
        assert not FieldValueEvent.objects.exists()
    with organization_scope(cast.organization.id):
        with pytest.raises(DatabaseError), transaction.atomic():
            FieldValueEvent.objects.update(value="never happened")
        value.delete()
        assert not FieldValueEvent.objects.exists(), "it goes with its value"
