"""The rule of retention, now: `manage.py retain [--organization SLUG] [--dry-run]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from accounts.models import Organization
from documents import selectors, services
from idp_project.core.tenancy import organization_scope


class Command(BaseCommand):
    help = "Delete what is older than the organisations' rules of retention allow, as the clock does every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="of this organisation alone")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        organizations = Organization.objects.all()
        if options["organization"]:
            organizations = organizations.filter(slug=options["organization"])
        if not organizations:
            raise CommandError("There is no such organisation.")
        for organization in organizations:
            with organization_scope(organization.id):
                plan = selectors.retention_plan(organization)
            if plan.rule.is_empty:
                self.stdout.write(f"{organization.slug}: everything is kept")
            elif options["dry_run"]:
                self._say(organization, "would go", plan.documents, plan.bytes, plan.records)
                self.stdout.write(f"  {plan.pages} pages; {plan.held} documents more are under a legal hold")
            else:
                run = services.retention_run(organization)
                self._say(organization, "are gone", run.documents, run.bytes, run.records)

    def _say(self, organization: Organization, what: str, documents: int, size: int, records: int) -> None:
        shown = filesizeformat(size).replace("\xa0", " ")
        self.stdout.write(f"{organization.slug}: {documents} documents ({shown}) and {records} records {what}")
