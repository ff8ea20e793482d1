"""An analyst's login in the production database: `supervisor exec analyst_login NAME ORGANIZATION`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import Access
from accounts.management.organizations import chosen_organizations
from idp_project.core.errors import IdpError
from pdb_sync.services.logins import analyst_login_drop, analyst_login_put


class Command(BaseCommand):
    """The password is printed once; asking again gives the login another one."""

    help = (
        "Make a login that reads an organisation's typed views, and print its password; needs PDB_DATABASE_OWNER_URL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="name of the login in the production database")
        parser.add_argument("organization", help="slug of the organisation")
        parser.add_argument("--sensitive", action="store_true", help="it may read values of sensitive fields too")
        parser.add_argument("--remove", action="store_true", help="drop the login, with all that it may read")

    def handle(self, *args: Any, name: str, organization: str, remove: bool, sensitive: bool, **options: Any) -> None:
        (chosen,) = chosen_organizations(organization)
        access = Access(None, chosen.id, display_name="analyst_login")
        try:
            if remove:
                was_there = analyst_login_drop(access, name, chosen.id)
                self.stdout.write(f"{name} is dropped." if was_there else f"There is no login {name}.")
            else:
                self.stdout.write(analyst_login_put(access, name, chosen.id, sees_sensitive=sensitive))
                self.stderr.write(f"{name} may read the typed views of {chosen.slug}. The password is not kept.")
        except IdpError as error:
            raise CommandError(error.message) from error
