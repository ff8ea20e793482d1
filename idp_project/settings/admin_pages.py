"""The menu of Django admin, in the words of the product (a test keeps it complete), and its mark in the browser's tab."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

_GROUPS: dict[str, dict[str, str]] = {
    "People": {
        "Organisations": "accounts_organization",
        "Teams": "accounts_team",
        "Users": "accounts_user",
        "Roles": "accounts_membership",
        "Invitations": "accounts_invitation",
    },
    "Documents": {
        "Batches": "documents_batch",
        "Documents": "documents_document",
        "Schemas": "documents_schema",
        "Review tasks": "review_reviewtask",
        "Decisions": "review_decision",
        "Approved versions": "documents_approvedversion",
    },
    "Work": {
        "Step runs": "documents_steprun",
        "Events": "documents_event",
        "Deliveries": "documents_delivery",
        "Queues": "django_rq_dashboard",
    },
    "Production database": {
        "Records": "pdb_sync_pdbrecord",
        "Delivery receipts": "pdb_sync_deliveryreceipt",
        "Nightly comparisons": "pdb_sync_reconciliation",
        "Analysts": "pdb_sync_analystgrant",
    },
    "System": {
        "System settings": "accounts_systemsettings",
        "AI providers": "accounts_providerendpoint",
        "Mail servers": "accounts_mailserver",
    },
    "Security": {
        "Audit": "accounts_auditentry",
        "Sessions": "accounts_signinsession",
        "API keys": "accounts_apikey",
        "Failed sign-ins": "axes_accessattempt",
        "Sign-ins": "axes_accesslog",
        "Failures by address": "axes_accessfailurelog",
    },
}

NAVIGATION: list[dict[str, Any]] = [
    {
        "title": title,
        "items": [{"title": name, "link": reverse_lazy(f"admin:{model}_changelist")} for name, model in models.items()],
    }
    for title, models in _GROUPS.items()
]

# By a function: the name in it is known once static files are collected.
FAVICONS: list[dict[str, Any]] = [
    {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("img/mark.svg")}
]
