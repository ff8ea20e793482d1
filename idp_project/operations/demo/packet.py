"""Submitting the committed sample packet as the demonstration's operator; what of it stays for people."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from django.conf import settings

from accounts.models import Team, User
from accounts.selectors.access import access_resolve
from documents.models import Batch
from documents.services.intake.batches import batch_submit
from documents.services.intake.receiving import IncomingFile
from idp_project.core.tenancy import organization_scope
from idp_project.operations.demo.kind import SLUG
from idp_project.operations.demo.organization import TEAM, check_demonstration

PACKET = Path(settings.BASE_DIR) / "samples" / "packet"
NAME = "Sample packet"
_KEY = "sample-packet"


class Trouble(StrEnum):
    """Why a person has to look: a pattern that a reason of such a task matches."""

    LOW_CONFIDENCE = r"is below the threshold"
    FAILED_CHECK = r"does not equal"
    DOUBTFUL_SPLIT = r"not certain that (a new document begins on page|page \d+ belongs)"


# The scripted reviewer decides everything else; these tasks stay in the queue for anyone who looks at the demonstration.
LEFT_OPEN: dict[str, Trouble] = {
    "registration-form-0003-scan.pdf": Trouble.LOW_CONFIDENCE,
    "invoice-0022-digital-wrong-total.pdf": Trouble.FAILED_CHECK,
    "stack-0006-digital.pdf": Trouble.DOUBTFUL_SPLIT,
}


def sample_files() -> list[Path]:
    """The packet's documents, by name."""
    return sorted(
        path for path in PACKET.iterdir() if path.suffix.lower() in {".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"}
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
