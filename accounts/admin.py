"""Django admin for super admins: people, organisations, sessions, provider endpoints, the audit trail.

What the services guard goes through them here as well; sign-in and sign-out are the product's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, Model, Q, QuerySet
from django.db.models.functions import Now
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from accounts import services
from accounts.domain.roles import Role
from accounts.models import AuditEntry, Membership, Organization, ProviderEndpoint, SignInSession, Team, User
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


class MembershipInline(TabularInline):
    """Shows the roles; they are changed on their own page, which keeps the grants in step."""

    model = Membership
    fields = readonly_fields = ["user", "organization", "team", "role", "may_download"]
    extra = 0
    can_delete = False
    show_change_link = True
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin, AuditedAdmin):
    """People. Deactivate instead of deleting: their work stays attributed."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "display_name", "email", "is_active", "is_superuser", "last_login", "live_sessions"]
    list_filter = ["is_active", "is_superuser", "memberships__role", "memberships__organization"]
    list_fullwidth = True
    search_fields = ["username", "display_name", "email"]
    ordering = ["username"]
    filter_horizontal = ()
    readonly_fields = ["is_active", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["display_name", "email"]}),
        ("Rights", {"fields": ["is_superuser", "is_active"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "display_name", "email", "usable_password", "password1", "password2"],
            },
        ),
    ]
    inlines = [MembershipInline]
    actions = ["deactivate", "activate", "revoke_sessions"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        live = Q(sign_in_sessions__revoked_at__isnull=True, sign_in_sessions__expires_at__gt=Now())
        return (
            super().get_queryset(request).annotate(session_count=Count("sign_in_sessions", filter=live, distinct=True))
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def user_change_password(self, request: Any, id: str, form_url: str = "") -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302 and (user := self.get_object(request, id)):
            services.sessions_revoke_all(user.pk, reason="password_changed")
            self.audit(request, "password_changed", user)
        return response

    @display(description="Sessions", ordering="session_count")
    def live_sessions(self, user: Any) -> int:
        return int(user.session_count)

    @action(description="Deactivate (ends all sessions)")
    def deactivate(self, request: Any, queryset: QuerySet[User]) -> None:
        for_each(self, request, queryset, lambda u: services.user_deactivate(request.access, u.pk), "deactivated")

    @action(description="Activate")
    def activate(self, request: Any, queryset: QuerySet[User]) -> None:
        for_each(self, request, queryset, lambda u: services.user_activate(request.access, u.pk), "activated")

    @action(description="Sign out everywhere")
    def revoke_sessions(self, request: Any, queryset: QuerySet[User]) -> None:
        def end(user: User) -> None:
            services.sessions_revoke_all(user.pk, reason="revoked_by_admin")
            self.audit(request, "sessions_revoked", user)

        for_each(self, request, queryset, end, "signed out everywhere")


class TeamInline(TabularInline):
    """The organisation's teams."""

    model = Team
    fields = ["name"]
    extra = 0
    tab = True
    show_change_link = True


@admin.register(Organization)
class OrganizationAdmin(AuditedAdmin):
    """Tenants. Deactivate instead of deleting: its people can no longer sign in."""

    list_display = ["name", "slug", "is_local_only", "is_active", "team_count", "member_count", "created_at"]
    list_filter = ["is_active", "is_local_only"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [TeamInline]
    actions = ["deactivate", "activate"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        counts = {"teams_": Count("teams", distinct=True), "members_": Count("memberships__user", distinct=True)}
        return super().get_queryset(request).annotate(**counts)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Teams", ordering="teams_")
    def team_count(self, organization: Any) -> int:
        return int(organization.teams_)

    @display(description="People", ordering="members_")
    def member_count(self, organization: Any) -> int:
        return int(organization.members_)

    @action(description="Deactivate (its people are out at once)")
    def deactivate(self, request: Any, queryset: QuerySet[Organization]) -> None:
        for_each(self, request, queryset, lambda o: self._set_active(request, o, False), "deactivated")

    @action(description="Activate")
    def activate(self, request: Any, queryset: QuerySet[Organization]) -> None:
        for_each(self, request, queryset, lambda o: self._set_active(request, o, True), "activated")

    def _set_active(self, request: Any, organization: Organization, is_active: bool) -> None:
        Organization.objects.filter(pk=organization.pk).update(is_active=is_active)
        self.audit(request, "activated" if is_active else "deactivated", organization)


@admin.register(Team)
class TeamAdmin(AuditedAdmin):
    """Teams; one with data cannot be deleted."""

    list_display = ["name", "organization", "created_at"]
    list_filter = ["organization"]
    list_select_related = ["organization"]
    search_fields = ["name", "organization__name"]
    autocomplete_fields = ["organization"]
    inlines = [MembershipInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["organization"] if obj else []


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    """Roles; every change goes through the services, which keep the grants in step."""

    list_display = ["user", "role", "organization", "team", "may_download", "created_at"]
    list_filter = ["role", "organization", "team", "may_download"]
    list_select_related = ["user", "organization", "team"]
    search_fields = ["user__username", "user__display_name", "team__name", "organization__name"]
    autocomplete_fields = ["user", "organization", "team"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user", "organization", "team"] if obj else []

    def save_model(self, request: Any, obj: Any, form: ModelForm[Any], change: bool) -> None:
        saved = services.membership_set(
            request.access,
            user_id=obj.user_id,
            organization_id=obj.organization_id,
            team_id=obj.team_id,
            role=Role(obj.role),
            may_download=obj.may_download,
        )
        obj.pk, obj._state.adding = saved.pk, False

    def delete_model(self, request: Any, obj: Any) -> None:
        services.membership_remove(request.access, obj.pk)


@admin.register(SignInSession)
class SignInSessionAdmin(ReadOnlyAdmin):
    """Who is signed in, and from where."""

    list_display = ["user", "state", "created_at", "rotated_at", "expires_at", "ip", "user_agent"]
    list_filter = ["revoked_reason", "created_at", "active_organization"]
    list_select_related = ["user"]
    search_fields = ["user__username", "ip", "user_agent"]
    fields = [*list_display, "revoked_at", "revoked_reason", "active_organization", "active_team"]
    actions = ["revoke"]

    @display(description="State", label={"live": "success", "revoked": "danger", "expired": "warning"})
    def state(self, session: SignInSession) -> str:
        return session.state

    @action(description="Revoke")
    def revoke(self, request: Any, queryset: QuerySet[SignInSession]) -> None:
        for_each(self, request, queryset, lambda s: services.session_revoke(request.access, s.pk), "revoked")


class ProviderEndpointForm(forms.ModelForm):
    """The stored key is never shown; an empty field keeps it."""

    api_base = forms.URLField(required=False, assume_scheme="http", widget=UnfoldAdminTextInputWidget)
    api_key = forms.CharField(
        required=False,
        strip=True,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="Stored encrypted and never shown again. Leave it empty to keep the present key.",
    )

    class Meta:
        model = ProviderEndpoint
        fields = ["organization", "purpose", "provider", "model", "api_base", "api_key", "location", "is_active"]

    def clean_api_key(self) -> str | None:
        return self.cleaned_data["api_key"] or self.instance.api_key


@admin.register(ProviderEndpoint)
class ProviderEndpointAdmin(AuditedAdmin):
    """Where AI calls go; without an organisation, the system's default."""

    form = ProviderEndpointForm
    list_display = ["provider", "model", "purpose", "organization", "location", "has_key", "is_active", "updated_at"]
    list_filter = ["provider", "purpose", "location", "is_active", "organization"]
    list_select_related = ["organization"]
    search_fields = ["model", "api_base", "organization__name"]
    autocomplete_fields = ["organization"]

    @display(description="Key", boolean=True)
    def has_key(self, endpoint: ProviderEndpoint) -> bool:
        return bool(endpoint.api_key)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what; append-only."""

    list_display = ["at", "organization", "number", "actor_name", "action", "object_kind", "object_id"]
    list_filter = ["organization", "action", "object_kind", "at"]
    list_select_related = ["organization"]
    search_fields = ["actor_name", "action", "object_id"]
    date_hierarchy = "at"
    ordering = ["-at"]
