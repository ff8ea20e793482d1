"""How many files a person and an organisation hand in within a time: however small they are, each becomes a document."""

from __future__ import annotations

from accounts.access import Access
from idp_project.core import rate_counters


def files_count(access: Access, number: int) -> None:
    """Counts the files of a batch before it is made; TooManyRequests where the person or the organisation has sent too many."""
    if number and access.user_id:
        rate_counters.count("files_person", access.user_id, cost=number)
    if number and access.organization_id:
        rate_counters.count("files_organization", access.organization_id, cost=number)
