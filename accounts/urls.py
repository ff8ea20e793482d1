"""Addresses of signing in and out, links in e-mails, the session, the organisation's own pages, one's own account."""

from django.urls import path

from accounts import views
from accounts.views import account, links

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/code/", views.login_code, name="login_code"),
    path("login/enroll/", views.login_enroll, name="login_enroll"),
    path("logout/", views.logout, name="logout"),
    path("password/forgotten/", links.password_forgotten, name="password_forgotten"),
    path("password/reset/", links.password_reset, name="password_reset"),
    path("invitation/", links.invitation, name="invitation"),
    path("session/renew/", views.renew, name="renew"),
    path("session/refresh/", views.refresh, name="refresh"),
    path("session/ticket/", views.ticket, name="ticket"),
    path("session/team/", views.switch_team, name="switch_team"),
    path("session/teams/", views.team_menu, name="team_menu"),
    path("organization/", views.organization, name="organization"),
    path("organization/teams/", views.team_list, name="organization_teams"),
    path("organization/teams/<uuid:team_id>/", views.team_detail, name="organization_team"),
    path("organization/teams/<uuid:team_id>/people/", views.team_member_add, name="organization_team_people"),
    path("organization/teams/<uuid:team_id>/delete/", views.team_delete, name="organization_team_delete"),
    path("organization/people/", views.person_list, name="organization_people"),
    path("organization/people/new/", views.person_new, name="organization_person_new"),
    path("organization/people/<uuid:user_id>/", views.person_detail, name="organization_person"),
    path("organization/people/<uuid:user_id>/deactivate/", views.person_deactivate, name="organization_person_stop"),
    path("organization/people/<uuid:user_id>/activate/", views.person_activate, name="organization_person_activate"),
    path("organization/people/<uuid:user_id>/remove/", views.person_remove, name="organization_person_remove"),
    path(
        "organization/people/<uuid:user_id>/second-factor/",
        views.person_second_factor_reset,
        name="organization_person_second_factor",
    ),
    path(
        "organization/people/<uuid:user_id>/password-link/",
        views.person_password_link,
        name="organization_person_password_link",
    ),
    path("organization/roles/<uuid:membership_id>/remove/", views.membership_remove, name="organization_role_remove"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password_change, name="password_change"),
    path("account/sessions/end/", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/sessions/<uuid:session_id>/end/", account.session_revoke, name="session_revoke"),
    path("account/address/prove/", account.address_prove, name="address_prove"),
    path("account/keys/", account.api_key_create, name="api_key_create"),
    path("account/keys/<uuid:key_id>/revoke/", account.api_key_revoke, name="api_key_revoke"),
    path("account/second-factor/", account.second_factor, name="second_factor"),
    path("account/second-factor/remove/", account.second_factor_remove, name="second_factor_remove"),
    path("account/second-factor/codes/", account.recovery_codes, name="recovery_codes"),
    path("organization/providers/", views.provider_list, name="organization_providers"),
    path("organization/providers/new/", views.provider_new, name="organization_provider_new"),
    path("organization/providers/<uuid:endpoint_id>/", views.provider_detail, name="organization_provider"),
    path(
        "organization/providers/<uuid:endpoint_id>/remove/", views.provider_remove, name="organization_provider_remove"
    ),
    path("organization/providers/<uuid:endpoint_id>/test/", views.provider_test, name="organization_provider_test"),
    path("organization/email/", views.mail_server, name="organization_email"),
    path("organization/email/remove/", views.mail_server_remove, name="organization_email_remove"),
    path("organization/email/test/", views.mail_server_test, name="organization_email_test"),
    path("organization/audit/", views.audit_list, name="organization_audit"),
    path("organization/audit/export/", views.audit_export, name="organization_audit_export"),
    path("organization/audit/check/", views.audit_check, name="organization_audit_check"),
    path("organization/people/invite/", views.person_invite, name="organization_person_invite"),
    path(
        "organization/invitations/<uuid:invitation_id>/revoke/",
        views.invitation_revoke,
        name="organization_invitation_revoke",
    ),
    path("organization/security/", views.security_rules, name="organization_security"),
]
