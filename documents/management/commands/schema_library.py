"""The library of document types: `manage.py schema_library [--adopt KEY --organization SLUG [--team NAME] [--language de]]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.management.organizations import add_organization, chosen_organizations
from accounts.models import Organization, Team
from documents.domain.library import LANGUAGES
from documents.selectors.library import library_now
from documents.services.schemas.adoption import schema_adopt
from idp_project.core.errors import IdpError
from idp_project.core.tenancy import organization_scope


class Command(BaseCommand):
    help = "List the document types that come with the installation, or give an organisation one of them as its own."

    def add_arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--adopt", metavar="KEY", help="make the organisation's own type of this one")
        parser.add_argument("--team", metavar="NAME", help="for this team alone; without it, for every team")
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="of names and labels")
        parser.add_argument("--key", default="", help="of the new type, where the library's is taken")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["adopt"]:
            self._adopt(options)
            return
        language = options["language"]
        for each in library_now():
            self.stdout.write(f"{each.key:<20} {each.names[language]}: {each.descriptions[language]}")

    def _adopt(self, options: dict[str, Any]) -> None:
        if not options["organization"]:
            raise CommandError(_("Say for which organisation: --organization SLUG."))
        organization = chosen_organizations(options["organization"]).get()
        access = Access.for_command_line().within(organization.pk)
        with organization_scope(organization.pk):
            team = _team(organization, options["team"]) if options["team"] else None
            try:
                schema = schema_adopt(
                    access,
                    options["adopt"],
                    team_id=team.pk if team else None,
                    language=options["language"],
                    key=options["key"],
                )
            except IdpError as error:
                raise CommandError(error.message) from error
        self.stdout.write(f"{organization.slug}: {schema.name} ({schema.key}) 1.0")


def _team(organization: Organization, name: str) -> Team:
    team = Team.objects.filter(organization=organization, name__iexact=name).first()
    if team is None:
        raise CommandError(_("The organisation has no team “%(name)s”.") % {"name": name})
    return team
