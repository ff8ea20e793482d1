"""Reading accounts. `*_get_for` are the doors: missing and invisible are the same NotFound."""

from accounts.selectors.access import (
    TeamChoice,
    access_current,
    access_resolve,
    membership_get_for,
    organization_default_for,
    organization_get_for,
    session_get_for,
    session_get_live,
    session_list,
    team_choices,
    team_get_for,
    team_list,
)
from accounts.selectors.providers import provider_endpoint_for
from accounts.selectors.system import preferences_for, system_settings

__all__ = [
    "TeamChoice",
    "access_current",
    "access_resolve",
    "membership_get_for",
    "organization_default_for",
    "organization_get_for",
    "preferences_for",
    "provider_endpoint_for",
    "session_get_for",
    "session_get_live",
    "session_list",
    "system_settings",
    "team_choices",
    "team_get_for",
    "team_list",
]
