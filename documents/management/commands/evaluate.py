"""`manage.py evaluate --organization town --type invoice`: how right the machine was where people decided, field by field."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from accounts.access import Access
from accounts.management.organizations import chosen_organizations
from documents.domain.measured import calibration_error, can_rank, ranking, reliability, share_interval
from documents.selectors.doors import schema_get_by_key
from documents.selectors.measured import FieldRecord, TypeRecord, type_record
from idp_project.core.errors import IdpError
from idp_project.core.tenancy import organization_scope


class Command(BaseCommand):
    """Prints a table, or JSON with the reliability of each field."""

    help = "Compares what the machine read with what people approved: accuracy with intervals, AUROC and calibration a field."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--type", required=True, metavar="KEY", dest="key")
        parser.add_argument("--json", action="store_true", dest="is_json", help="for programs")

    def handle(self, *args: Any, organization: str, key: str, is_json: bool, **options: Any) -> None:
        (chosen,) = chosen_organizations(organization)
        try:
            with organization_scope(chosen.id):
                record = type_record(schema_get_by_key(Access.for_system(chosen.id), key).pk)
        except IdpError as error:
            raise CommandError(error.message) from error
        if is_json:
            self.stdout.write(json.dumps(_plain(record), indent=2))
            return
        console = Console(file=self.stdout, width=120)  # type: ignore[arg-type]
        console.print(f"{record.documents} documents approved by people, {record.untouched} of them without a change.")
        console.print(_table(record))


def _plain(record: TypeRecord) -> dict[str, Any]:
    fields = {name: _of_field(one) for name, one in sorted(record.fields.items())}
    return {"documents": record.documents, "untouched": record.untouched, "fields": fields}


def _of_field(one: FieldRecord) -> dict[str, Any]:
    return {
        "values": one.n,
        "right": one.right,
        "missed": one.missed,
        "accuracy_95": share_interval(one.right, one.n),
        "auroc": ranking(one.judged),
        "can_rank_errors": can_rank(one.judged),
        "calibration_error": calibration_error(one.judged),
        "reliability": [vars(each) for each in reliability(one.judged)],
        "learned": one.learned,
        "learned_right": one.learned_right,
    }


def _table(record: TypeRecord) -> Table:
    table = Table("field", "values", "right", "95 % interval", "AUROC", "calibration error", "learned, right")
    for name, one in sorted(record.fields.items()):
        if not one.n:
            continue
        low, high = share_interval(one.right, one.n)
        area, error = ranking(one.judged), calibration_error(one.judged)
        ranks = f"{area:.3f}" if area is not None and can_rank(one.judged) else "cannot rank errors yet"
        table.add_row(
            name,
            str(one.n),
            f"{one.right / one.n:.3f}",
            f"{low:.3f} to {high:.3f}",
            ranks,
            "too few values" if error is None else f"{error:.3f}",
            f"{one.learned}, {one.learned_right}" if one.learned else "–",
        )
    return table
