"""Reading records for people, publishing typed views for analysts, and comparing the two databases."""

from pdb_sync.services.publishing import (
    analyst_allow,
    schema_version_publish,
    typed_views_publish,
    typed_views_reconcile,
    views_publish_due,
)
from pdb_sync.services.reconciling import (
    pdb_reconcile,
    pdb_reconcile_due,
    pdb_reconcile_request,
    reconciliation_continue,
)
from pdb_sync.services.records import record_open, records_export

__all__ = [
    "analyst_allow",
    "pdb_reconcile",
    "pdb_reconcile_due",
    "pdb_reconcile_request",
    "reconciliation_continue",
    "record_open",
    "records_export",
    "schema_version_publish",
    "typed_views_publish",
    "typed_views_reconcile",
    "views_publish_due",
]
