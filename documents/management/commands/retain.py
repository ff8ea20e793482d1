"""The rule of retention, now: `manage.py retain [--organization SLUG] [--dry-run]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.management.organizations import add_organization, chosen_organizations
from accounts.models import Organization
from documents.selectors import retention
from documents.services.removing import retention as retention_services
from idp_project.core.sizes import shown_size
from idp_project.core.tenancy import organization_scope


class Command(BaseCommand):
    help = "Delete what is older than the organisations' rules of retention allow, as the clock does every night."

    def add_arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--dry-run", action="store_true", help="say what would go, delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        for organization in chosen_organizations(options["organization"]):
            with organization_scope(organization.id):
                plan = retention.retention_plan(organization)
            if plan.rule.is_empty:
                self.stdout.write(f"{organization.slug}: everything is kept")
            elif options["dry_run"]:
                self._say(organization, "would go", plan.documents, plan.bytes, plan.records)
                self.stdout.write(f"  {plan.pages} pages; {plan.held} documents more are under a legal hold")
            else:
                run = retention_services.retention_run(organization)
                self._say(organization, "are gone", run.documents, run.bytes, run.records)

    def _say(self, organization: Organization, what: str, documents: int, size: int, records: int) -> None:
        shown = shown_size(size)
        self.stdout.write(f"{organization.slug}: {documents} documents ({shown}) and {records} records {what}")
