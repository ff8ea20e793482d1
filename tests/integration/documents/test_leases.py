"""The lease of a row, of every table that has one by `core.leases`: claimed once, renewed, lost, ended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from documents.models import Delivery
from idp_project.core import leases
from idp_project.core.errors import LeaseLost
from idp_project.core.tenancy import organization_scope
from pdb_sync.models import Reconciliation
from rag.models import DocumentIndex
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def index(cast):
    document = Outcome(submit(cast, files.sample())).document()
    with organization_scope(cast.organization.id):
        return DocumentIndex.objects.create(organization=cast.organization, document=document)


def reconciliation(cast):
    with organization_scope(cast.organization.id, using="pdb"):
        return Reconciliation.objects.create(organization_id=cast.organization.id)


class Held:
    """A row and its scope."""

    def __init__(self, cast, row, database):
        self.cast, self.row, self.model, self.database = cast, row, type(row), database

    def scope(self):
        return organization_scope(self.cast.organization.id, using=self.database)

    def claim(self, **options):
        with self.scope():
            found = leases.claim(self.model.objects.filter(leases.is_free(), pk=self.row.pk), 60.0, **options)
        return found and getattr(found, self.model.fence)

    def lapse(self):
        with self.scope():
            moments = {"lease_until": timezone.now() - timedelta(seconds=1)}
            if self.model.fence == "lease_until":
                self.row.refresh_from_db()
                moments["lease_until"] = self.row.lease_until - timedelta(hours=1)
            self.model.objects.filter(pk=self.row.pk).update(**moments)

    def until(self):
        with self.scope():
            self.row.refresh_from_db()
        return self.row.lease_until


@pytest.fixture(params=["index", "reconciliation"])
def held(request, cast, servers):
    make, database = {"index": (index, "default"), "reconciliation": (reconciliation, "pdb")}[request.param]
    return Held(cast, make(cast), database)


def test_one_of_two_claims_it(held):
    assert held.claim() is not None and held.until() > timezone.now() + timedelta(seconds=50)
    assert held.claim() is None


def test_claim_is_refused_by_what_the_locked_row_says(held):
    assert held.claim(unless=lambda row: row.pk == held.row.pk) is None and held.until() is None


def test_lost_lease_writes_nothing(held):
    stale = held.claim()
    held.lapse()
    fresh = held.claim()
    assert fresh not in (None, stale)
    before = held.until()
    for write in (
        lambda: leases.renew(held.model, held.row.pk, stale, 60.0),
        lambda: leases.finish(held.model, held.row.pk, stale),
    ):
        with pytest.raises(LeaseLost), held.scope():
            write()
    assert held.until() == before


def test_renewed_lease_ends_later_and_is_finished_once(held):
    token = held.claim()
    before = held.until()
    with held.scope():
        end = leases.renew(held.model, held.row.pk, token, 120.0)
    assert held.until() == end > before
    token = end if held.model.fence == "lease_until" else token
    with held.scope():
        leases.finish(held.model, held.row.pk, token)
    assert held.until() is None
    with pytest.raises(LeaseLost), held.scope():
        leases.finish(held.model, held.row.pk, token)


def test_row_given_back_is_due_after_its_pause(cast, servers):
    held = Held(cast, index(cast), "default")
    token = held.claim()
    with held.scope():
        leases.give_back(DocumentIndex, held.row.pk, token, seconds=60.0, error_code="x")
        rows = DocumentIndex.objects.filter(pk=held.row.pk)
        assert not rows.filter(leases.is_due()).exists() and rows.filter(leases.is_free()).exists()
        rows.update(not_before=timezone.now() - timedelta(seconds=1))
        assert rows.filter(leases.is_due(), error_code="x").exists()


def test_tables_with_leases_are_these():
    models = {model for base in (leases.Lapsing, leases.Leased) for model in base.__subclasses__()} - {leases.Leased}
    assert {model.__name__ for model in models} == {"StepRun", "Delivery", "DocumentIndex", "Reconciliation"}
    assert Delivery.fence == DocumentIndex.fence == "lease_token" != Reconciliation.fence
