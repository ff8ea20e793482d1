"""`manage.py schema_export invoice --organization town > invoice.yaml`: a published document type as a file."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import Access
from accounts.management.organizations import chosen_organizations
from documents.domain.drafts.files import FileForm
from documents.selectors.doors import schema_get_by_key
from documents.selectors.drafts import schema_file_for
from idp_project.core.errors import IdpError
from idp_project.core.tenancy import organization_scope


class Command(BaseCommand):
    """Writes to standard output."""

    help = "Writes a published document type as YAML, JSON or JSON Schema."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="key of the document type")
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--number", default="", help="a published version; default: the newest")
        parser.add_argument("--form", choices=[form.value for form in FileForm], default=FileForm.YAML.value)

    def handle(self, *args: Any, key: str, organization: str, **options: Any) -> None:
        (chosen,) = chosen_organizations(organization)
        access = Access.for_system(chosen.id)
        try:
            with organization_scope(chosen.id):
                schema = schema_get_by_key(access, key)
                text = schema_file_for(access, schema.pk, options["number"], FileForm(options["form"]))
        except IdpError as error:
            raise CommandError(error.message) from error
        self.stdout.write(text.removesuffix("\n"))
