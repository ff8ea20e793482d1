"""What pauses hold back: counted by the apps that would begin it. They stand above this one and register here.

Jobs say nothing of it: none is begun while it is paused, and what PostgreSQL knows is enqueued again when the pause ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from documents.models import Pause


@dataclass(frozen=True)
class HeldWork:
    """In one queue: documents, steps of them that are due and do not begin, and since when the oldest could have begun."""

    documents: int = 0
    steps: int = 0
    oldest_at: datetime | None = None


HeldWorkProvider = Callable[[UUID | None, Sequence[UUID] | None], Mapping[str, HeldWork]]
"""By queue, of an organisation (None: of all that the scope shows) and of some of its teams (None: of all)."""

_providers: list[HeldWorkProvider] = []


def register_held_work_provider(provider: HeldWorkProvider) -> None:
    """From now on `held_work` asks it too."""
    _providers.append(provider)


def held_work(organization_id: UUID | None, team_ids: Sequence[UUID] | None) -> dict[str, HeldWork]:
    """By queue; nothing is asked for where nothing is paused. Inside a tenancy scope."""
    concerned = Q(organization_id=organization_id) | ~Q(queue="") if organization_id else Q()
    if not Pause.objects.filter(concerned).exists():
        return {}
    return {queue: held for provider in _providers for queue, held in provider(organization_id, team_ids).items()}
