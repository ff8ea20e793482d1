"""The organisation's own pages for org admins: overview and teams. Each view makes one domain call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.organization import TeamForm, TeamMemberForm
from accounts.selectors import organization as organization_selectors
from accounts.services.people import people, teams
from idp_project.core.errors import IdpError


def tried(form: forms.Form, change: Callable[[], object]) -> bool:
    """Whether the form was valid and the change was made; a refusal is said at the form, nothing typed is lost."""
    if not form.is_valid():
        return False
    try:
        change()
    except IdpError as error:
        form.add_error(None, error.message)
        return False
    return True


def back_to(request: HttpRequest, route: str, *args: object, done: str = "") -> HttpResponseRedirect:
    """Goes on to a page of ours, with a sentence about what was done."""
    if done:
        messages.success(request, done)
    return HttpResponseRedirect(reverse(route, args=args))


@never_cache
@require_GET
def organization(request: Any) -> HttpResponse:
    """What the organisation is made of, and what is set."""
    context = {
        "organization": organization_selectors.organization_managed_by(request.access),
        "counts": organization_selectors.organization_counts(request.access),
    }
    return render(request, "accounts/organization/overview.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def team_list(request: Any) -> HttpResponse:
    """Every team; a POST makes a new one."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and tried(form, lambda: _create_team(request, form)):
        return back_to(request, "accounts:organization_teams", done=_("The team was created."))
    context = {"teams": organization_selectors.team_rows(request.access), "form": form}
    return render(request, "accounts/organization/teams.html", context, status=400 if form.errors else 200)


def _create_team(request: Any, form: TeamForm) -> None:
    organization_id = request.access.required_organization_id
    teams.team_create(request.access, organization_id=organization_id, name=form.cleaned_data["name"])


@never_cache
@require_http_methods(["GET", "POST"])
def team_detail(request: Any, team_id: UUID) -> HttpResponse:
    """A team with its people; a POST renames it."""
    team = organization_selectors.team_managed_by(request.access, team_id)
    name = TeamForm(request.POST or None, initial={"name": team.name})
    if request.method == "POST" and tried(
        name, lambda: teams.team_rename(request.access, team_id, name.cleaned_data["name"])
    ):
        return back_to(request, "accounts:organization_team", team_id, done=_("The team was renamed."))
    return _team_page(request, team_id, name, None)


@require_POST
def team_member_add(request: Any, team_id: UUID) -> HttpResponse:
    """Gives somebody of the organisation a role in the team."""
    organization_selectors.team_managed_by(request.access, team_id)
    form = TeamMemberForm(request.POST, people=organization_selectors.people_choices(request.access))
    if tried(form, lambda: _set_member(request, team_id, form)):
        return back_to(request, "accounts:organization_team", team_id, done=_("The role was given."))
    return _team_page(request, team_id, None, form)


@require_POST
def team_delete(request: Any, team_id: UUID) -> HttpResponse:
    """Deletes an empty team."""
    teams.team_delete(request.access, team_id)
    return back_to(request, "accounts:organization_teams", done=_("The team was deleted."))


def _set_member(request: Any, team_id: UUID, form: TeamMemberForm) -> None:
    people.membership_set(
        request.access,
        user_id=form.cleaned_data["person"],
        organization_id=request.access.required_organization_id,
        team_id=team_id,
        role=form.cleaned_data["role"],
        may_download=form.cleaned_data["may_download"],
    )


def _team_page(request: Any, team_id: UUID, name: TeamForm | None, member: TeamMemberForm | None) -> HttpResponse:
    team = organization_selectors.team_managed_by(request.access, team_id)
    held = organization_selectors.team_people(request.access, team_id)
    inside = {membership.user_id for membership in held}
    others = [choice for choice in organization_selectors.people_choices(request.access) if choice[0] not in inside]
    context = {
        "team": team,
        "memberships": held,
        "name_form": name or TeamForm(initial={"name": team.name}),
        "member_form": member or TeamMemberForm(people=others),
        "has_others": bool(others),
    }
    has_errors = bool((name and name.errors) or (member and member.errors))
    return render(request, "accounts/organization/team.html", context, status=400 if has_errors else 200)
