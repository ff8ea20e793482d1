"""The pages of every admin registration: its list, searched and with each filter, its add page, a row's page."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.urls import reverse

from idp_project.core.tenancy import system_scope
from tests.authorization.conftest import Actor


def registrations() -> Iterator[tuple[str, ModelAdmin]]:
    """(label, registration) of what has rows of its own to show; the queues' dashboard has none."""
    for model, registered in admin.site._registry.items():
        if model._meta.managed:
            yield model._meta.label_lower, registered


def pages_of(registered: ModelAdmin, request: HttpRequest) -> Iterator[str]:
    """Addresses that have to open for a super admin; the last one is a row's page, where there is a row."""
    meta = registered.model._meta
    name = f"admin:{meta.app_label}_{meta.model_name}"
    changelist = reverse(f"{name}_changelist")
    yield changelist
    if registered.search_fields:
        yield f"{changelist}?q=a"
    with system_scope("test"), system_scope("test", using="pdb"):
        if registered.has_add_permission(request):
            yield reverse(f"{name}_add")
        row = registered.get_queryset(request).first()
    if row is not None:
        yield reverse(f"{name}_change", args=[row.pk])


def refused(actor: Actor, url: str) -> str:
    """What is wrong with the page; empty for a page that opens (or leads on within admin)."""
    answer = actor.request("GET", url)
    is_open = answer.status == 200 or (answer.status == 302 and answer.location.startswith("/admin/"))
    return "" if is_open else f"{url} answers {answer.status}"
