"""`manage.py schema_import invoice.yaml --organization town`: a document type from a file, published as the next version."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import Access
from accounts.management.organizations import chosen_organizations
from documents.services.schemas.importing import schema_import_published
from idp_project.core.errors import IdpError
from idp_project.core.tenancy import organization_scope


class Command(BaseCommand):
    """Idempotent: a file that was imported before gives the version that is there."""

    help = "Reads document types from files (YAML, JSON or JSON Schema) and publishes them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--team", default="", help="name of the team of a new type; default: every team")
        parser.add_argument("--key", default="", help="in place of the key in the file")

    def handle(self, *args: Any, files: list[Path], organization: str, **options: Any) -> None:
        (chosen,) = chosen_organizations(organization)
        access = Access.for_system(chosen.id)
        for path in files:
            try:
                content = path.read_text(encoding="utf-8")
                with organization_scope(chosen.id):
                    version = schema_import_published(access, content=content, team=options["team"], key=options["key"])
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{path}: {error}") from error
            except IdpError as error:
                raise CommandError(f"{path}: {error.message}") from error
            self.stdout.write(f"{path}: {version.schema.key} {version.number}")
