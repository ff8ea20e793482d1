"""Pages of accounts: signing in and the session; the organisation's own pages."""

from accounts.views.sign_in import (
    LockedOut,
    csrf_failure,
    login,
    login_locked,
    logout,
    page_not_found,
    refresh,
    renew,
    switch_team,
    team_menu,
    ticket,
)

__all__ = [
    "LockedOut",
    "csrf_failure",
    "login",
    "login_locked",
    "logout",
    "page_not_found",
    "refresh",
    "renew",
    "switch_team",
    "team_menu",
    "ticket",
]
