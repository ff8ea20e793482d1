"""Direct-foreign-key grants on teams and organisations: what a role means there, row by row."""

from django.db import models

from accounts.grant_bases import UserGrant
from accounts.models.people import Organization, Team


class TeamUserObjectPermission(UserGrant):
    """Written by `grants.role_grant` for a membership of a team."""

    content_object = models.ForeignKey(Team, on_delete=models.CASCADE)


class OrganizationUserObjectPermission(UserGrant):
    """Written by `grants.role_grant` for a membership without a team: holds on every team of the organisation."""

    content_object = models.ForeignKey(Organization, on_delete=models.CASCADE)
