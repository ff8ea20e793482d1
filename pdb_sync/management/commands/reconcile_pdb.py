"""Compares the two databases now: `manage.py reconcile_pdb [--organization SLUG] [--dry-run]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from accounts.management.organizations import add_organization, chosen_organizations
from accounts.models import Organization
from idp_project.core.errors import TransientFailure
from idp_project.core.tenancy import organization_scope
from pdb_sync.models import Reconciliation
from pdb_sync.services import reconciling


class Command(BaseCommand):
    """Ends with code 1 where something differs and could not be repaired."""

    help = (
        "Compare approved versions with the production database by count and hash; deliver again what is missing there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_organization(parser)
        parser.add_argument("--dry-run", action="store_true", help="compare only, repair nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        organizations = chosen_organizations(options["organization"])
        try:
            left = sum(self._compare(organization, is_dry=options["dry_run"]) for organization in organizations)
        except TransientFailure as error:
            raise CommandError(str(error)) from error
        if left:
            raise CommandError(
                ngettext("%(left)d record differs; see above.", "%(left)d records differ; see above.", left)
                % {"left": left}
            )

    def _compare(self, organization: Organization, *, is_dry: bool) -> int:
        """How many differences are left."""
        run = reconciling.pdb_reconcile(organization.id, is_dry=is_dry)
        with organization_scope(organization.id, using="pdb"):
            differences = list(run.differences.all())
        self.stdout.write(f"{organization.slug}: {_totals(run)}")
        for row in differences:
            places = f" ({', '.join(row.places)})" if row.places else ""
            repaired = ", delivered again" if row.is_repaired else ""
            self.stdout.write(
                f"  {row.schema_key}  {row.sub_document_id}  {row.file_name}: "
                f"{row.get_kind_display().lower()}{places}{repaired}"
            )
        return sum(not row.is_repaired for row in differences)


def _totals(run: Reconciliation) -> str:
    parts = [
        f"{key} {totals['approved']} approved, {totals['recorded']} recorded, hashes "
        f"{'equal' if totals['approved_hash'] == totals['recorded_hash'] else 'differ'}"
        for key, totals in sorted(run.schemas.items())
    ]
    return "; ".join([*(parts or ["nothing approved"]), f"{run.unsettled} under way"])
