"""What every admin page of the product shares: sign-in of its own, audited changes, pages that only show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from accounts import services
from accounts.tokens import clear_session_cookies
from idp_project.core.errors import IdpError


def _login(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    target = request.GET.get("next") or reverse("admin:index")
    return HttpResponseRedirect(f"{reverse('accounts:login')}?{urlencode({'next': target})}")


def _logout(request: Any, extra_context: Any = None) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(status=405)
    services.sign_out(request.access)
    response = HttpResponseRedirect(reverse("accounts:login"))
    clear_session_cookies(response)
    return response


_login.login_required = False  # type: ignore[attr-defined]
admin.site.login = _login  # type: ignore[method-assign]
admin.site.logout = _logout  # type: ignore[method-assign,assignment]
admin.site.unregister(Group)


def for_each(
    model_admin: ModelAdmin, request: Any, rows: QuerySet[Any], change: Callable[[Any], object], done: str
) -> None:
    """Calls the service for each row and says how many it was done to, and why not to the others."""
    count = 0
    for row in rows:
        try:
            change(row)
            count += 1
        except IdpError as error:
            model_admin.message_user(request, f"{row}: {error.message}", messages.ERROR)
    if count:
        model_admin.message_user(request, f"{count} {done}.", messages.SUCCESS)


class AuditedAdmin(ModelAdmin):
    """Saving and deleting leave an audit entry with the names of the changed fields, never their values."""

    list_per_page = 50
    warn_unsaved_form = True

    def save_model(self, request: Any, obj: Model, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.audit(request, "changed" if change else "created", obj, fields=form.changed_data)

    def delete_model(self, request: Any, obj: Model) -> None:
        self.audit(request, "deleted", obj, name=str(obj))
        super().delete_model(request, obj)

    def delete_queryset(self, request: Any, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def audit(self, request: Any, what: str, obj: Model, **details: object) -> None:
        name = str(obj._meta.model_name)
        organization_id = getattr(obj, "organization_id", None)
        services.audit_record(
            request.access,
            f"{name}_{what}",
            object_kind=name,
            object_id=obj.pk,
            details=details,
            organization_id=organization_id,
        )


class ReadOnlyAdmin(ModelAdmin):
    """Rows that only the product itself writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
