"""The production database in Django admin: everything to be seen, nothing to be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display

from accounts.admin.base import ReadOnlyAdmin, confirmed, for_each, for_one, link_page
from documents.models import AnalystLogin, AnalystLoginStatus
from documents.services.delivering.analyst_logins import analyst_login_close
from idp_project.core.errors import IdpError, TransientFailure
from idp_project.core.tenancy import system_scope
from pdb_sync.domain.refusals import PDB_AWAY_FOR_ADMIN
from pdb_sync.models import (
    AnalystGrant,
    DeliveryReceipt,
    PdbCell,
    PdbRecord,
    PdbRecordVersion,
    Reconciliation,
    ReconciliationDifference,
)
from pdb_sync.services.logins import analyst_login_ask, analyst_login_renew, check_login_name


class ReadOnly:
    """Viewing is for people who may enter the admin (super admins); there is nothing to add, change or delete."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PdbAdmin(ReadOnly, ModelAdmin):
    """Pages are read and rendered inside one system scope on `pdb`: outside it row-level security shows no rows."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Never by a person: the length of the list would be a figure about them."""
        return not lookup.startswith("approved_by") and super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model._default_manager.using("pdb")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return self._inside(super().changelist_view, request, extra_context)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._inside(super().changeform_view, request, object_id, form_url, extra_context)

    def _inside(self, view: Callable[..., HttpResponse], *arguments: Any) -> HttpResponse:
        try:
            with system_scope("admin: production database", using="pdb"):
                response = view(*arguments)
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
                return response
        except OperationalError as error:
            raise TransientFailure(PDB_AWAY_FOR_ADMIN()) from error


class CellInline(ReadOnly, TabularInline):
    """The current version's cells."""

    model = PdbCell
    extra = 0
    fields = (
        "table_name",
        "row_number",
        "name",
        "type",
        "value",
        "value_number",
        "value_date",
        "raw_text",
        "provenance",
    )


class VersionInline(ReadOnly, TabularInline):
    """The record's history."""

    model = PdbRecordVersion
    extra = 0
    fields = (
        "version",
        "change",
        "schema_version",
        "approved_by",
        "approved_at",
        "overrides",
        "delivered_at",
        "event_uuid",
    )


@admin.register(PdbRecord)
class PdbRecordAdmin(PdbAdmin):
    """Records of all organisations with their cells and versions."""

    list_display = ("file_name", "schema_key", "version", "team_name", "approved_by", "approved_at", "is_withdrawn")
    list_filter = ("schema_key", "team_name", "is_withdrawn", "approved_at")
    search_fields = ("file_name", "file_sha256", "id", "document_id", "sub_document_id")
    date_hierarchy = "approved_at"
    inlines = (VersionInline, CellInline)


@admin.register(DeliveryReceipt)
class DeliveryReceiptAdmin(PdbAdmin):
    """Which events have been applied."""

    list_display = ("event_uuid", "organization_id", "outcome", "applied_at")
    list_filter = ("outcome", "applied_at")
    search_fields = ("event_uuid",)


@admin.register(AnalystGrant)
class AnalystGrantAdmin(PdbAdmin):
    """Which login roles of the production database read which organisation."""

    list_display = ("role_name", "organization_id")
    search_fields = ("role_name",)


class AnalystLoginForm(forms.ModelForm):
    """A new login."""

    class Meta:
        model = AnalystLogin
        fields = ["name", "organization", "sees_sensitive"]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        try:
            check_login_name(name)
        except IdpError as error:
            raise forms.ValidationError(error.message) from error
        return name


@admin.register(AnalystLogin)
class AnalystLoginAdmin(ReadOnlyAdmin):
    """Logins that read typed views: made, given another password, closed. A password is shown once and kept nowhere."""

    form = AnalystLoginForm
    list_display = ("name", "organization", "state", "sees_sensitive", "asked_at", "why")
    list_filter = ("organization", "status", "sees_sensitive")
    list_select_related = ("organization",)
    search_fields = ("name",)
    fields = list_display
    actions = ("renew", "close")

    @display(
        description=_("State"),
        label={"open": "success", "making": "info", "closing": "warning", "failed": "danger", "closed": "info"},
    )
    def state(self, login: AnalystLogin) -> tuple[str, str]:
        return str(login.status), str(_(AnalystLoginStatus(login.status).label))

    @display(description=_("Why it was not made"))
    def why(self, login: AnalystLogin) -> str:
        return str(login.reason or "–")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("name", "organization", "sees_sensitive") if obj is None else self.fields

    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except IdpError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        chosen = form.cleaned_data
        options = {"sees_sensitive": chosen["sees_sensitive"]}
        request.shown_password = analyst_login_ask(request.access, chosen["name"], chosen["organization"].pk, **options)
        obj.pk = AnalystLogin.objects.get(name=chosen["name"], organization=chosen["organization"]).pk

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._password_page(request, obj, request.shown_password)

    @action(description=_("Give another password"))
    @confirmed(_("Give this login another password, shown once? The present one ends within a minute."))
    def renew(self, request: Any, queryset: QuerySet[AnalystLogin]) -> HttpResponse | None:
        def show(row: AnalystLogin) -> HttpResponse:
            return self._password_page(request, row, analyst_login_renew(request.access, row.organization_id, row.pk))

        return for_one(self, request, queryset, show)

    @action(description=_("Close"))
    @confirmed(_("Close these logins? Their open sessions end, and what they may read is forgotten."))
    def close(self, request: Any, queryset: QuerySet[AnalystLogin]) -> None:
        def close(access: Any, row: AnalystLogin) -> None:
            analyst_login_close(access, row.organization_id, row.pk)

        for_each(self, request, queryset, close, _("closed within a minute"))

    def _password_page(self, request: Any, login: AnalystLogin, password: str) -> HttpResponse:
        hint = _(
            "The password of %(name)s. It holds as soon as the list says “Open”, within a minute. It is kept nowhere."
        )
        label = _("Password, shown this once")
        return link_page(self, request, login, password, hint % {"name": login.name}, label=label)


class DifferenceInline(ReadOnly, TabularInline):
    """The records that differ."""

    model = ReconciliationDifference
    extra = 0
    fields = (
        "schema_key",
        "file_name",
        "kind",
        "places",
        "approved_version",
        "recorded_version",
        "is_repaired",
        "sub_document_id",
    )


@admin.register(Reconciliation)
class ReconciliationAdmin(PdbAdmin):
    """Comparisons of what was approved with what stands here."""

    list_display = ("organization_id", "started_at", "finished_at", "unsettled", "is_dry")
    list_filter = ("is_dry", "started_at")
    inlines = (DifferenceInline,)
