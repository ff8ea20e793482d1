"""Addresses of the tokens for machines and of language and time, below the API's root."""

from django.urls import path

from accounts import api

urlpatterns = [
    path("token/", api.token, name="api-token"),
    path("token/refresh/", api.token_refresh, name="api-token-refresh"),
    path("token/revoke/", api.token_revoke, name="api-token-revoke"),
    path("account/regional/", api.OwnRegionalView.as_view(), name="api-account-regional"),
    path("organization/regional/", api.OrganizationRegionalView.as_view(), name="api-organization-regional"),
]
