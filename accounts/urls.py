"""Addresses of signing in and out, of the session, of the team menu, and of the organisation's own pages."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
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
    path("organization/roles/<uuid:membership_id>/remove/", views.membership_remove, name="organization_role_remove"),
]
