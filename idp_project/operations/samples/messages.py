"""Messages: e-mails with documents attached, as people forward what they were sent."""

from __future__ import annotations

import mimetypes
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from idp_project.operations.samples.generator import Recipe, Sample, Simulation, make_sample
from idp_project.operations.samples.kinds.base import Size
from idp_project.operations.samples.world.companies import make_person

MESSAGE = "message"
_DOMAIN = "harrowmere.example"
_OFFICE = f"documents@{_DOMAIN}"
_FIRST_DAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_SUBJECTS = ("For the books", "Papers of this week", "Please process", "From the post this morning")
_TEXT = (
    "Good morning,\n\nattached are {count} documents: {kinds}.\nPlease have them processed.\n\nKind regards\n{sender}\n"
)


@dataclass(frozen=True)
class MessageRecipe:
    """What is attached; all of the sample follows from it."""

    seed: int
    attached: tuple[Recipe, ...]
    simulate: Simulation = Simulation.DIGITAL


def plan_message(seed: int, kinds: Sequence[str], simulate: Simulation) -> MessageRecipe:
    """Two documents of one or two pages."""
    rng = random.Random(f"{MESSAGE}:{seed}:plan")
    attached = tuple(Recipe(rng.choice(kinds), rng.randrange(10**6), simulate, size=Size.SHORT) for _ in range(2))
    return MessageRecipe(seed, attached, simulate)


def make_message(recipe: MessageRecipe) -> Sample:
    """The same recipe gives the same sample. Raises InvalidInput for what cannot be made.

    Its labels have `subject`, `sender` and `attachments` {file name: labels of that sample}; it has no sub-documents of a
    known type itself.
    """
    rng = random.Random(f"{MESSAGE}:{recipe.seed}:text")
    samples = [make_sample(attached) for attached in recipe.attached]
    person, subject = make_person(rng), rng.choice(_SUBJECTS)
    sender = f"{person} <{person.lower().replace(' ', '.')}@{_DOMAIN}>"
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, _OFFICE, subject
    message["Date"] = _FIRST_DAY + timedelta(minutes=rng.randrange(60 * 24 * 300))
    message["Message-ID"] = f"<{recipe.seed:04d}.{rng.randrange(10**9)}@{_DOMAIN}>"
    kinds = ", ".join(sample.labels["kind"].replace("_", " ") for sample in samples)
    message.set_content(_TEXT.format(count=len(samples), kinds=kinds, sender=person))
    for sample in samples:
        main, sub = (mimetypes.guess_type(sample.file_name)[0] or "application/octet-stream").split("/")
        message.add_attachment(sample.content, maintype=main, subtype=sub, filename=sample.file_name)
    message.set_boundary(f"part-{recipe.seed:04d}-{rng.randrange(10**9)}")
    labels: dict[str, Any] = {
        "kind": MESSAGE,
        "seed": recipe.seed,
        "simulate": recipe.simulate.value,
        "locale": "",
        "flaw": "",
        "needs_review": True,
        "subject": subject,
        "sender": sender,
        "attachments": {sample.file_name: sample.labels for sample in samples},
        "sub_documents": [],
    }
    return Sample(f"{MESSAGE}-{recipe.seed:04d}-{recipe.simulate.value}.eml", message.as_bytes(), labels)
