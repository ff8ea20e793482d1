"""Addresses of the tokens for machines, below the API's root."""

from django.urls import path

from accounts import api

urlpatterns = [
    path("token/", api.token, name="api-token"),
    path("token/refresh/", api.token_refresh, name="api-token-refresh"),
    path("token/revoke/", api.token_revoke, name="api-token-revoke"),
]
