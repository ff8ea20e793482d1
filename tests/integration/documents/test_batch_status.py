"""One rule says the status of a batch: in lists (SQL), on its page, over the API and in the browser."""

from itertools import combinations

import pytest
from django.utils import timezone

from documents.domain.batch_status import RULES, BatchStatus, batch_status
from documents.domain.statuses import DocumentStatus
from documents.models import Batch, Document
from documents.selectors import readable
from documents.selectors.state import batch_state
from documents.templatetags.screens import batch_status_rules
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
SETS = [*combinations(DocumentStatus, 1), *combinations(DocumentStatus, 2)]


def browser_status(counts):
    """As static/js/batch/page.js derives it from what the page gives it."""
    rules = batch_status_rules()
    found = next((rule for rule in rules if any(counts.get(status) for status in rule["documents"])), None)
    return found["status"] if found else "finished"


def test_every_door_says_the_same_status(cast):
    batch = submit(cast, files.sample(), files.for_review())
    seen = set()
    with organization_scope(cast.organization.id):
        first, second = Document.objects.filter(batch=batch).order_by("id").values_list("id", flat=True)
        for statuses in SETS:
            Document.objects.filter(id=first).update(status=statuses[0])
            Document.objects.filter(id=second).update(status=statuses[-1])
            counts = {status.value: 1 for status in statuses}
            said = batch_status(counts, is_cancelled=False, is_deleting=False).value
            (row,) = readable.batch_rows(cast.access(cast.owner))
            assert row["status"] == said == browser_status(counts)
            assert batch_state(batch)["batch"]["status"] == said
            assert [found["id"] for found in readable.batch_rows(cast.access(cast.owner), status=said)] == [batch.id]
            seen.add(said)
    assert seen == {"processing", "in_review", "finished"}


def test_a_cancelled_batch_is_that_whatever_its_documents_are(cast):
    batch = submit(cast, files.sample())
    with organization_scope(cast.organization.id):
        Batch.objects.filter(id=batch.id).update(cancelled_at=timezone.now())
        (row,) = readable.batch_rows(cast.access(cast.owner), status="cancelled")
        assert row["status"] == batch_state(Batch.objects.get(id=batch.id))["batch"]["status"] == "cancelled"
        assert readable.batch_rows(cast.access(cast.owner), status="processing") == []


def test_every_open_status_has_a_rule():
    ended = {"completed", "failed", "quarantined", "cancelled", "deleted"}
    ruled = {status.value for statuses in RULES.values() for status in statuses}
    assert ruled | ended == set(DocumentStatus) and not ruled & ended
    assert set(RULES) < set(BatchStatus)
