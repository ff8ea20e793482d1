"""Lets an analyst's login read an organisation's typed views: `supervisor exec allow_analyst ROLE ORGANIZATION`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.management.organizations import chosen_organizations
from idp_project.core.errors import TransientFailure
from pdb_sync.services.publishing import analyst_allow


class Command(BaseCommand):
    """Idempotent."""

    help = (
        "Let a login role, member of idp_pdb_reader, read an organisation's typed views; needs PDB_DATABASE_OWNER_URL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="name of the login role in the production database")
        parser.add_argument("organization", help="slug of the organisation")
        parser.add_argument("--sensitive", action="store_true", help="it may read values of sensitive fields too")

    def handle(self, *args: Any, role: str, organization: str, sensitive: bool, **options: Any) -> None:
        (chosen,) = chosen_organizations(organization)
        try:
            analyst_allow(role, chosen.id, sees_sensitive=sensitive)
        except TransientFailure as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{role} may read the typed views of {chosen.slug}.")
