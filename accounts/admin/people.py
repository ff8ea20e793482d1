"""People, organisations, teams and roles in Django admin. What the services guard goes through them here as well."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.access import Access
from accounts.admin.base import AuditedAdmin, confirmed, for_each, for_one, link_page, related_list
from accounts.domain.roles import Role
from accounts.forms.regional import regional_choices
from accounts.models import Membership, Organization, Team, User
from accounts.services.people import people as people_services
from accounts.services.sign_in import passwords, revocation, second_factor

_OF_ORGANIZATION = (
    ("documents_batch", _("Batches")),
    ("documents_document", _("Documents")),
    ("documents_schema", _("Schemas")),
    ("accounts_providerendpoint", _("AI providers")),
    ("accounts_invitation", _("Invitations")),
    ("accounts_apikey", _("API keys")),
    ("accounts_auditentry", _("Audit")),
)


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


class WithRegionalChoices:
    """Language, regional format and time zone are chosen from what can be used."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if choices := regional_choices().get(db_field.name):
            label, widget = db_field.verbose_name, UnfoldAdminSelectWidget
            return forms.ChoiceField(label=label, choices=[("", "–"), *choices], required=False, widget=widget)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


@admin.register(User)
class UserAdmin(WithRegionalChoices, DjangoUserAdmin, AuditedAdmin):
    """People. Deactivate instead of deleting: their work stays attributed."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = [
        *("username", "display_name", "email", "is_address_proven", "home_organization", "is_active", "is_superuser"),
        *("last_login", "live_sessions"),
    ]
    list_filter = ["is_active", "is_superuser", "home_organization", "memberships__role", "memberships__organization"]
    list_select_related = ["home_organization"]
    autocomplete_fields = ["home_organization"]
    list_fullwidth = True
    search_fields = ["username", "display_name", "email"]
    ordering = ["username"]
    filter_horizontal = ()
    readonly_fields = [
        *("is_active", "email_proven_at", "last_login", "date_joined", "live_sessions", "api_keys", "audit_entries"),
    ]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["display_name", "email", "email_proven_at"]}),
        (_("Language and time"), {"fields": ["language", "locale", "time_zone"]}),
        (_("Rights"), {"fields": ["is_superuser", "is_active", "home_organization"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
        (_("More"), {"fields": ["live_sessions", "api_keys", "audit_entries"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": [
                    *("username", "display_name", "email", "home_organization"),
                    *("usable_password", "password1", "password2"),
                ],
            },
        ),
    ]
    inlines = [MembershipInline]
    actions = ["deactivate", "activate", "revoke_sessions", "send_password_link", "hand_over", "reset_second_factor"]

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
            revocation.credentials_revoke_all(user.pk, reason="password_changed")
            self.audit(request, "password_changed", user)
        return response

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        """Nobody takes their own rights away: somebody has to be left who can give them back."""
        own = ["is_superuser"] if obj and obj.pk == request.user.pk else []
        return [*super().get_readonly_fields(request, obj), *own]

    @display(description=_("Sessions"), ordering="session_count")
    def live_sessions(self, user: Any) -> str:
        return related_list("accounts_signinsession", user.session_count, user__id__exact=user.pk)

    @display(description=_("API keys"))
    def api_keys(self, user: User) -> str:
        return related_list("accounts_apikey", _("show"), user__id__exact=user.pk)

    @display(description=_("Audit entries about this account"))
    def audit_entries(self, user: User) -> str:
        return related_list("accounts_auditentry", _("show"), object_id__exact=user.pk)

    def save_model(self, request: Any, obj: Any, form: ModelForm[Any], change: bool) -> None:
        """Another address is an unproven one."""
        if "email" in form.changed_data:
            obj.email_proven_at = None
        super().save_model(request, obj, form, change)

    @display(description=_("Proven"), boolean=True)
    def is_address_proven(self, user: User) -> bool:
        return user.email_proven_at is not None

    @action(description=_("Make a password link to hand over"))
    @confirmed(_("Make a link to a new password, shown once, to hand over in person? It works for an hour."))
    def hand_over(self, request: Any, queryset: QuerySet[User]) -> HttpResponse | None:
        def show(row: User) -> HttpResponse:
            link = passwords.password_link_hand_over(request.access, row.pk)
            return link_page(
                self,
                request,
                row,
                link,
                _("Give it to %(who)s yourself. It works once, within an hour.") % {"who": row},
            )

        return for_one(self, request, queryset, show)

    @action(description=_("Deactivate (ends all sessions and keys)"))
    @confirmed(_("Deactivate these people? Every session and API key ends at once."))
    def deactivate(self, request: Any, queryset: QuerySet[User]) -> None:
        for_each(
            self, request, queryset, lambda access, u: people_services.user_deactivate(access, u.pk), _("deactivated")
        )

    @action(description=_("Activate"))
    def activate(self, request: Any, queryset: QuerySet[User]) -> None:
        for_each(self, request, queryset, lambda access, u: people_services.user_activate(access, u.pk), _("activated"))

    @action(description=_("Send a password link"))
    def send_password_link(self, request: Any, queryset: QuerySet[User]) -> None:
        for_each(
            self, request, queryset, lambda access, u: passwords.password_reset_send(access, u.pk), _("links sent")
        )

    @action(description=_("Reset the second factor"))
    @confirmed(
        _("Reset the second factor of these people? Every session ends; they set a new one up if it is required.")
    )
    def reset_second_factor(self, request: Any, queryset: QuerySet[User]) -> None:
        for_each(self, request, queryset, lambda access, u: second_factor.second_factor_reset(access, u.pk), _("reset"))

    @action(description=_("Sign out everywhere"))
    @confirmed(_("End every session and every API key of these people?"))
    def revoke_sessions(self, request: Any, queryset: QuerySet[User]) -> None:
        def end(_access: Access, user: User) -> None:
            revocation.credentials_revoke_all(user.pk, reason="revoked_by_admin")
            self.audit(request, "sessions_revoked", user)

        for_each(self, request, queryset, end, _("signed out everywhere"))


class TeamInline(TabularInline):
    """The organisation's teams."""

    model = Team
    fields = ["name"]
    extra = 0
    tab = True
    show_change_link = True


@admin.register(Organization)
class OrganizationAdmin(WithRegionalChoices, AuditedAdmin):
    """Tenants. Deactivate instead of deleting: its people can no longer sign in."""

    list_display = ["name", "slug", "is_local_only", "is_active", "team_count", "member_count", "created_at"]
    list_filter = ["is_active", "is_local_only"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["is_active", "team_count", "member_count", "records", "invited_domains", "chosen"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_local_only", "is_active"]}),
        (
            _("Signing in"),
            {"fields": ["is_second_factor_required", "session_hours", "idle_minutes", "invited_domains"]},
        ),
        (_("Language and time"), {"fields": ["language", "locale", "time_zone"]}),
        (_("Limits"), {"fields": ["max_stored_bytes", "max_pages_a_month"]}),
        (_("More"), {"fields": ["team_count", "member_count", "records", "chosen"]}),
    ]
    inlines = [TeamInline]
    actions = ["deactivate", "activate"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        counts = {"teams_": Count("teams", distinct=True), "members_": Count("memberships__user", distinct=True)}
        return super().get_queryset(request).annotate(**counts)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("Teams"), ordering="teams_")
    def team_count(self, organization: Any) -> str:
        return related_list("accounts_team", organization.teams_, organization__id__exact=organization.pk)

    @display(description=_("People"), ordering="members_")
    def member_count(self, organization: Any) -> str:
        return related_list("accounts_membership", organization.members_, organization__id__exact=organization.pk)

    @display(description=_("Domains that are invited"))
    def invited_domains(self, organization: Organization) -> str:
        return ", ".join(organization.email_domains) or gettext("all")

    @display(description=_("Chosen by its admins"))
    def chosen(self, organization: Organization) -> str:
        return ", ".join(f"{name}: {value}" for name, value in sorted(organization.settings.items())) or "–"

    @display(description=_("Its records"))
    def records(self, organization: Organization) -> str:
        own = {"organization__id__exact": organization.pk}
        links = [related_list(model, text, **own) for model, text in _OF_ORGANIZATION]
        return format_html_join(" · ", "{}", ((link,) for link in links))

    @action(description=_("Deactivate (its people are out at once)"))
    @confirmed(_("Deactivate these organisations? None of their people can sign in, and open sessions end."))
    def deactivate(self, request: Any, queryset: QuerySet[Organization]) -> None:
        for_each(self, request, queryset, lambda _access, o: self._set_active(request, o, False), _("deactivated"))

    @action(description=_("Activate"))
    def activate(self, request: Any, queryset: QuerySet[Organization]) -> None:
        for_each(self, request, queryset, lambda _access, o: self._set_active(request, o, True), _("activated"))

    def _set_active(self, request: Any, organization: Organization, is_active: bool) -> None:
        Organization.objects.filter(pk=organization.pk).update(is_active=is_active)
        self.audit(request, "activated" if is_active else "deactivated", organization)


@admin.register(Team)
class TeamAdmin(AuditedAdmin):
    """Teams; one with data cannot be deleted."""

    list_display = ["name", "organization", "people", "batches", "created_at"]
    list_filter = ["organization"]
    list_select_related = ["organization"]
    search_fields = ["name", "organization__name"]
    autocomplete_fields = ["organization"]
    readonly_fields = ["people", "batches"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(people_=Count("memberships", distinct=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["organization"] if obj else [])]

    @display(description=_("People"), ordering="people_")
    def people(self, team: Any) -> str:
        return related_list("accounts_membership", team.people_, team__id__exact=team.pk)

    @display(description=_("Batches"))
    def batches(self, team: Team) -> str:
        return related_list("documents_batch", _("show"), team__id__exact=team.pk)


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
        saved = people_services.membership_set(
            request.access,
            user_id=obj.user_id,
            organization_id=obj.organization_id,
            team_id=obj.team_id,
            role=Role(obj.role),
            may_download=obj.may_download,
        )
        obj.pk, obj._state.adding = saved.pk, False

    def delete_model(self, request: Any, obj: Any) -> None:
        people_services.membership_remove(request.access, obj.pk)
