"""The choice of organisations that commands share: one by its slug, or all."""

from __future__ import annotations

from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organization


def add_organization(parser: CommandParser) -> None:
    parser.add_argument("--organization", metavar="SLUG", help="of this organisation alone")


def chosen_organizations(slug: str | None) -> QuerySet[Organization]:
    """Raises CommandError if none exists."""
    organizations = Organization.objects.filter(slug=slug) if slug else Organization.objects.all()
    if not organizations:
        raise CommandError(_("There is no such organisation."))
    return organizations
