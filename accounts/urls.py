"""Addresses of signing in and out, of the session, and of the team menu."""

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
]
