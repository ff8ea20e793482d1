"""What every admin page of the product shares: sign-in of its own, audited changes, pages that only show."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from accounts.access import Access
from accounts.models import Organization, User
from accounts.services.audit import trail as audit_services
from accounts.services.sign_in import sessions
from accounts.tokens import clear_session_cookies
from idp_project.core.errors import IdpError

_DELETE = "delete_selected"  # Django's own, which asks; a row's page has a button for it
_LINK = "text-primary-600 dark:text-primary-500"
Action = Callable[[Any, Any, QuerySet[Any]], HttpResponse | None]


def _login(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    target = request.GET.get("next") or reverse("admin:index")
    return HttpResponseRedirect(f"{reverse('accounts:login')}?{urlencode({'next': target})}")


def _logout(request: Any, extra_context: Any = None) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(status=405)
    sessions.sign_out(request.access)
    response = HttpResponseRedirect(reverse("accounts:login"))
    clear_session_cookies(response)
    return response


_login.login_required = False  # type: ignore[attr-defined]
admin.site.login = _login  # type: ignore[method-assign]
admin.site.logout = _logout  # type: ignore[method-assign,assignment]
admin.site.unregister(Group)


def for_each(
    model_admin: ModelAdmin,
    request: Any,
    rows: QuerySet[Any],
    change: Callable[[Access, Any], object],
    done: str | Promise,
) -> None:
    """Calls the service for each row, inside the row's organisation; says how many it was done to, and why not to others."""
    count = 0
    for row in sorted(rows, key=_place_in_locking):
        organization_id = getattr(row, "organization_id", None)
        access = request.access.within(organization_id) if organization_id else request.access
        try:
            with transaction.atomic():
                change(access, row)
            count += 1
        except IdpError as error:
            model_admin.message_user(request, f"{row}: {error.message}", messages.ERROR)
    if count:
        model_admin.message_user(request, f"{count} {done}.", messages.SUCCESS)


def _place_in_locking(row: Any) -> tuple[str, str]:
    """All rows are one transaction: documents are locked by id (`documents/services/locks.py`)."""
    run = getattr(row, "run", None)
    return str(getattr(run or row, "document_id", row.pk)), str(row.pk)


def confirmed(question: str | Promise) -> Callable[[Action], Action]:
    """An action that asks first, on a page that lists the rows, and acts only when that page is sent back."""

    def decorate(act: Action) -> Action:
        @wraps(act)
        def ask_first(model_admin: Any, request: Any, queryset: QuerySet[Any]) -> HttpResponse | None:
            if request.POST.get("confirmed") == "yes":
                return act(model_admin, request, queryset)
            context = {
                **model_admin.admin_site.each_context(request),
                "title": question,
                "question": question,
                "rows": queryset,
                "opts": model_admin.model._meta,
                "action": act.__name__,
                "action_checkbox_name": ACTION_CHECKBOX_NAME,
                "row_page": request.POST.get("row_page", ""),
                "back_url": _row_page_of(request) or request.get_full_path(),
            }
            return TemplateResponse(request, "admin/confirm_action.html", context)

        ask_first.asks_first = True  # type: ignore[attr-defined]
        return ask_first

    return decorate


def link_page(
    model_admin: Any, request: Any, row: Model, link: str, hint: str, *, label: str | Promise = ""
) -> HttpResponse:
    """Shows a link, or by its `label` another secret, this once, for a super admin to hand over in person."""
    meta = row._meta
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(row) if label else _("Link for %(row)s") % {"row": row},
        "opts": meta,
        "link": link,
        "label": label or _("Link, shown this once"),
        "hint": hint,
        "back_url": reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
    }
    response = TemplateResponse(request, "admin/link_shown.html", context)
    response["Cache-Control"] = "no-store"
    return response


def for_one(
    model_admin: ModelAdmin, request: Any, rows: QuerySet[Any], show: Callable[[Any], HttpResponse]
) -> HttpResponse | None:
    """What `show` answers for the only row; says so where there are several, or why it was refused."""
    chosen = list(rows[:2])
    if len(chosen) != 1:
        model_admin.message_user(request, _("Choose one row: each link is shown once."), messages.ERROR)
        return None
    try:
        return show(chosen[0])
    except IdpError as error:
        model_admin.message_user(request, f"{chosen[0]}: {error.message}", messages.ERROR)
        return None


def related_list(model_name: str, text: object, **lookups: object) -> str:
    """A link to the list of that model, narrowed: `related_list("documents_steprun", 14, run__document=pk)`."""
    url = f"{reverse(f'admin:{model_name}_changelist')}?{urlencode(lookups)}"
    return format_html('<a class="{}" href="{}">{}</a>', _LINK, url, text)


def row_link(row: Model | None) -> str:
    """A link to the page of a registered row; a dash for none."""
    if row is None:
        return "–"
    meta = row._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return format_html('<a class="{}" href="{}">{}</a>', _LINK, url, row)


def _row_page_of(request: Any) -> str:
    """The page where an action was chosen, if it was a row's own page."""
    page = request.POST.get("row_page", "")
    return page if page.startswith("/admin/") and url_has_allowed_host_and_scheme(page, None) else ""


class RowActions(ModelAdmin):
    """A row's own page offers what the list's menu offers, for this row; a destructive action asks there as well."""

    change_form_outer_before_template = "admin/row_actions.html"

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        meta = self.model._meta
        offered = {
            "row_actions": [(name, text) for _act, name, text in self.get_actions(request).values() if name != _DELETE],
            "row_actions_url": reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return super().change_view(request, object_id, form_url, {**offered, **(extra_context or {})})

    def response_action(self, request: Any, queryset: QuerySet[Any]) -> HttpResponse | None:
        response = super().response_action(request, queryset)
        page = _row_page_of(request)
        return HttpResponseRedirect(page) if page and isinstance(response, HttpResponseRedirect) else response


class AuditedAdmin(RowActions):
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
        organization_id = obj.pk if isinstance(obj, Organization) else getattr(obj, "organization_id", None)
        audit_services.audit_record(
            request.access,
            f"{name}_{what}",
            object_kind=name,
            object_id=obj.pk,
            details=details,
            organization_id=organization_id,
        )


class ReadOnlyAdmin(RowActions):
    """Rows that only the product itself writes. `linked_by` are lookups by which other pages link to the list; `of_person` are
    columns that name a person without being a key to one."""

    list_per_page = 50
    linked_by: tuple[str, ...] = ()
    of_person: tuple[str, ...] = ()

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Never by a person, beside `linked_by`: the length of the list would be a figure about them."""
        if lookup in self.linked_by:
            return True
        names = {field.name for field in self.model._meta.concrete_fields if field.related_model is User}
        column = lookup.partition("__")[0]
        is_of_person = column in self.of_person or column.removesuffix("_id") in names
        return not is_of_person and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
