"""The organisation's people: who they are, what they may do where, and whether they may sign in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.organization import NewPersonForm, PeopleFilterForm, RoleForm
from accounts.selectors import access as access_selectors
from accounts.selectors import organization
from accounts.services.mail import account_mail as mail
from accounts.services.people import people
from accounts.services.sign_in import passwords, second_factor
from accounts.views.organization import back_to, tried
from idp_project.core.storable import LAST_START, whole_number

_PEOPLE_A_PAGE = 50


@never_cache
@require_GET
def person_list(request: Any) -> HttpResponse:
    """Everybody with a role in the organisation."""
    teams = _team_choices(request)
    filters = PeopleFilterForm(request.GET, teams)
    start = whole_number(request.GET.get("start", ""), most=LAST_START)
    rows = organization.people_list(request.access, filters.people_filter, start=start, limit=_PEOPLE_A_PAGE + 1)
    context = {
        "people": rows[:_PEOPLE_A_PAGE],
        "filters": filters,
        "invitations": organization.invitations_open(request.access),
        "is_filtered": any(value for key, value in request.GET.items() if key != "start"),
        "next_start": start + _PEOPLE_A_PAGE if len(rows) > _PEOPLE_A_PAGE else None,
        "previous_start": max(0, start - _PEOPLE_A_PAGE) if start else None,
    }
    return render(request, "accounts/organization/people.html", context)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def person_new(request: Any) -> HttpResponse:
    """Makes an account with a first role."""
    form = NewPersonForm(request.POST or None, teams=_team_choices(request))
    made: list[str] = []
    if request.method == "POST" and tried(form, lambda: made.append(_create_person(request, form))):
        done = _("The account was made. Its person signs in as %(name)s.") % {"name": made[0]}
        return back_to(request, "accounts:organization_people", done=done)
    context = {"form": form, "organization": organization.organization_managed_by(request.access)}
    return render(request, "accounts/organization/person_new.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def person_detail(request: Any, user_id: UUID) -> HttpResponse:
    """One person's roles; a POST gives a role in a team or in the whole organisation, in place of any role there."""
    person = organization.person_row(request.access, user_id)
    form = RoleForm(request.POST or None, teams=_team_choices(request))
    if request.method == "POST" and tried(form, lambda: _set_role(request, user_id, form)):
        return back_to(request, "accounts:organization_person", user_id, done=_("The role was given."))
    context = {
        "person": person,
        "form": form,
        "is_self": request.access.user_id == user_id,
        "has_system_mail": mail.has_system_mail(),
    }
    return render(request, "accounts/organization/person.html", context, status=400 if form.errors else 200)


@require_POST
def person_deactivate(request: Any, user_id: UUID) -> HttpResponse:
    """The person can no longer sign in; every session ends at once."""
    people.user_deactivate(request.access, user_id)
    return back_to(request, "accounts:organization_person", user_id, done=_("The person was deactivated."))


@require_POST
def person_activate(request: Any, user_id: UUID) -> HttpResponse:
    """The person can sign in again."""
    people.user_activate(request.access, user_id)
    return back_to(request, "accounts:organization_person", user_id, done=_("The person may sign in again."))


@require_POST
def person_remove(request: Any, user_id: UUID) -> HttpResponse:
    """Takes every role in the organisation from the person."""
    people.person_remove(request.access, user_id)
    return back_to(request, "accounts:organization_people", done=_("The person was removed from the organisation."))


@require_POST
def person_second_factor_reset(request: Any, user_id: UUID) -> HttpResponse:
    """For somebody who lost phone and recovery codes: off, and every session ends."""
    second_factor.second_factor_reset(request.access, user_id)
    return back_to(request, "accounts:organization_person", user_id, done=_("The second factor was reset."))


@require_POST
def person_password_link(request: Any, user_id: UUID) -> HttpResponse:
    """E-mails the person a link to choose a new password."""
    passwords.password_reset_send(request.access, user_id)
    done = _("A link is on its way, unless one was sent within the last two minutes.")
    return back_to(request, "accounts:organization_person", user_id, done=done)


@require_POST
def membership_remove(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Takes one role away."""
    access = request.access  # type: ignore[attr-defined]
    membership = access_selectors.membership_get_for(access, membership_id)
    user_id, team_id = membership.user_id, membership.team_id
    people.membership_remove(access, membership_id)
    done = _("The role was taken away.")
    if team_id and request.POST.get("from") == "team":
        return back_to(request, "accounts:organization_team", team_id, done=done)
    if not organization.person_is_here(access, user_id):
        return back_to(request, "accounts:organization_people", done=done)
    return back_to(request, "accounts:organization_person", user_id, done=done)


def _team_choices(request: Any) -> list[tuple[UUID, str]]:
    return [(team.id, team.name) for team in organization.team_rows(request.access)]


def _create_person(request: Any, form: NewPersonForm) -> str:
    """The user name that was given."""
    chosen = form.cleaned_data
    user = people.person_create(
        request.access,
        username=chosen["username"],
        display_name=chosen["display_name"],
        email=chosen["email"],
        password=chosen["password"],
        role=chosen["role"],
        team_id=chosen["team"],
        may_download=chosen["may_download"],
    )
    return user.username


def _set_role(request: Any, user_id: UUID, form: RoleForm) -> None:
    people.membership_set(
        request.access,
        user_id=user_id,
        organization_id=request.access.required_organization_id,
        team_id=form.cleaned_data["team"],
        role=form.cleaned_data["role"],
        may_download=form.cleaned_data["may_download"],
    )
