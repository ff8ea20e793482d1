"""What is in the databases of a release: Python for its `manage.py shell`, in names that both releases know."""

from __future__ import annotations

# What people read is text in the one release, code and parameters in the other, which keeps what checks say apart.
FACTS = """
import json
from django.apps import apps
from idp_project.core.tenancy import system_scope
def cell(value):
    if isinstance(value, (list, tuple)):
        return [cell(item) for item in value]
    return value if isinstance(value, dict) else "" if value is None else str(value)
def rows(model, *names, using="default"):
    with system_scope("upgrade", using=using):
        found = apps.get_model(model).objects.using(using).values_list("pk", *names)
        return {str(pk): [cell(value) for value in row] for pk, *row in found}
def told(model):
    with system_scope("upgrade"):
        found = apps.get_model(model).objects.all()
        return {str(row.pk): sorted(map(str, getattr(row, "all_reasons", row.reasons))) for row in found}
print("FACTS " + json.dumps({
    "documents": rows("documents.Document", "status", "error_code"),
    "sub_documents": rows("documents.SubDocument", "document", "first_page", "last_page", "status"),
    "values": rows("documents.FieldValue", "name", "value", "raw_text", "confidence"),
    "step_runs": rows("documents.StepRun", "step", "status", "reason"),
    "reasons of sub-documents": told("documents.SubDocument"),
    "reasons of values": told("documents.FieldValue"),
    "reasons of tasks": told("review.ReviewTask"),
    "versions": rows("documents.ApprovedVersion", "sub_document", "number", "content"),
    "events": rows("documents.Event", "kind", "payload"),
    "corrections": rows("review.Correction", "old", "new", "corrected_by"),
    "tasks": rows("review.ReviewTask", "sub_document", "status"),
    "decisions": rows("review.Decision", "kind", "reason", "decided_by"),
    "chunks": rows("rag.Chunk", "text"),
    "records": rows("pdb_sync.PdbRecord", "sub_document_id", "version", "values", "tables", using="pdb"),
    "cells": rows("pdb_sync.PdbCell", "record", "name", "value", "raw_text", "provenance", using="pdb"),
    "audit": rows("accounts.AuditEntry", "number", "action", "details", "previous_mac", "mac"),
}))
"""

# In this release only: the codes of all reasons, with their texts.
CODES = """
import json
from django.apps import apps
from idp_project.core.tenancy import system_scope
COLUMNS = (("documents.SubDocument", "reasons"), ("documents.FieldValue", "reasons"), ("review.ReviewTask", "reasons"),
           ("documents.StepRun", "reason"), ("documents.Document", "error"))
found = []
with system_scope("upgrade"):
    for model, name in COLUMNS:
        for stored in apps.get_model(model).objects.values_list(name, flat=True):
            reasons = stored if isinstance(stored, list) else [stored] if stored else []
            found += [[reason.code, str(reason)] for reason in reasons]
print("FACTS " + json.dumps(found))
"""
