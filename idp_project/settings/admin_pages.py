"""The menu of Django admin, in the words of the product (a test keeps it complete), and its mark in the browser's tab."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

from idp_project.core.translation import gettext_noop as _

_GROUPS: dict[str, dict[str, str]] = {
    _("People"): {
        _("Organisations"): "accounts_organization",
        _("Teams"): "accounts_team",
        _("Users"): "accounts_user",
        _("Roles"): "accounts_membership",
        _("Invitations"): "accounts_invitation",
    },
    _("Documents"): {
        _("Batches"): "documents_batch",
        _("Documents"): "documents_document",
        _("Schemas"): "documents_schema",
        _("Review tasks"): "review_reviewtask",
        _("Decisions"): "review_decision",
        _("Approved versions"): "documents_approvedversion",
    },
    _("Review"): {
        _("Rules of types"): "documents_reviewrule",
        _("First of two decisions"): "review_opinion",
        _("Comments"): "review_taskcomment",
        _("Reviewers"): "review_reviewerprofile",
        _("Absences"): "review_absence",
        _("Working days"): "review_workcalendar",
        _("Holidays"): "review_holiday",
        _("Agreements on figures"): "review_figuresagreement",
    },
    _("Work"): {
        _("Step runs"): "documents_steprun",
        _("Events"): "documents_event",
        _("Deliveries"): "documents_delivery",
        _("Queues"): "django_rq_dashboard",
    },
    _("Production database"): {
        _("Records"): "pdb_sync_pdbrecord",
        _("Delivery receipts"): "pdb_sync_deliveryreceipt",
        _("Nightly comparisons"): "pdb_sync_reconciliation",
        _("Analysts"): "pdb_sync_analystgrant",
        _("Analysts’ logins"): "documents_analystlogin",
    },
    _("System"): {
        _("System settings"): "accounts_systemsettings",
        _("AI providers"): "accounts_providerendpoint",
        _("Mail servers"): "accounts_mailserver",
    },
    _("Security"): {
        _("Audit"): "accounts_auditentry",
        _("Sessions"): "accounts_signinsession",
        _("API keys"): "accounts_apikey",
        _("Failed sign-ins"): "axes_accessattempt",
        _("Sign-ins"): "axes_accesslog",
        _("Failures by address"): "axes_accessfailurelog",
    },
}

NAVIGATION: list[dict[str, Any]] = [
    {
        "title": gettext_lazy(title),
        "items": [
            {"title": gettext_lazy(name), "link": reverse_lazy(f"admin:{model}_changelist")}
            for name, model in models.items()
        ],
    }
    for title, models in _GROUPS.items()
]

# By a function: the name in it is known once static files are collected.
FAVICONS: list[dict[str, Any]] = [
    {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("img/mark.svg")}
]
