"""Submitting the committed sample packet as the demonstration's operator; what of it stays for people."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from django.conf import settings

from accounts.models import Team, User
from accounts.selectors.access import access_resolve
from documents.domain.e_invoice_reasons import DEVIATIONS
from documents.domain.reasons import (
    BEGINNING_UNSURE,
    BELOW_THRESHOLD,
    COLUMN_SUM_DIFFERS,
    PAGE_UNSURE,
    PRODUCT_DIFFERS,
    SUM_DIFFERS,
    SUM_DIFFERS_EITHER_WAY,
)
from documents.models import Batch
from documents.services.intake.batches import batch_submit
from documents.services.intake.receiving import IncomingFile
from idp_project.core.tenancy import organization_scope
from idp_project.operations.demo.kind import SLUG
from idp_project.operations.demo.organization import TEAM, check_demonstration

PACKET = Path(settings.BASE_DIR) / "samples" / "packet"
NAME = "Sample packet"
_KEY = "sample-packet"


class Trouble(Enum):
    """Why a person has to look: codes, one of which a reason of such a task has."""

    LOW_CONFIDENCE = frozenset({BELOW_THRESHOLD.code})
    FAILED_CHECK = frozenset(
        {SUM_DIFFERS.code, SUM_DIFFERS_EITHER_WAY.code, COLUMN_SUM_DIFFERS.code, PRODUCT_DIFFERS.code}
    )
    DOUBTFUL_SPLIT = frozenset({BEGINNING_UNSURE.code, PAGE_UNSURE.code})
    XML_AND_PAGE_DISAGREE = DEVIATIONS


# The scripted reviewer decides everything else; these tasks stay in the queue for anyone who looks at the demonstration.
LEFT_OPEN: dict[str, Trouble] = {
    "registration-form-0003-scan.pdf": Trouble.LOW_CONFIDENCE,
    "invoice-0022-digital-wrong-total.pdf": Trouble.FAILED_CHECK,
    "stack-0006-digital.pdf": Trouble.DOUBTFUL_SPLIT,
    "e-invoice-0007-iban.pdf": Trouble.XML_AND_PAGE_DISAGREE,
}


def sample_files() -> list[Path]:
    """The packet's documents, by name."""
    return sorted(
        path
        for path in PACKET.iterdir()
        if path.suffix.lower() in {".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".xml"}
    )


def submit_samples() -> Batch:
    """Submits the packet once; a later call gives the first one's batch, also where the packet has changed since.

    Conflict where nothing is a demonstration.
    """
    check_demonstration()
    operator = User.objects.get(username="operator")
    team = Team.objects.get(organization__slug=SLUG, name=TEAM)
    access = access_resolve(operator, None)
    assert access is not None and access.organization_id is not None
    files = [IncomingFile(path.name, [path.read_bytes()]) for path in sample_files()]
    with organization_scope(access.organization_id):
        if earlier := Batch.objects.filter(submitted_by=operator, idempotency_key=_KEY).first():
            return earlier
        return batch_submit(access, team_id=team.id, files=files, name=NAME, source="samples", idempotency_key=_KEY)
