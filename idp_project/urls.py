"""All routes."""

from django.contrib import admin
from django.urls import include, path

from idp_project.script_catalogue import script_catalogue
from idp_project.web.health import health

handler404 = "accounts.views.sign_in.page_not_found"
urlpatterns = [
    path("jsi18n/<slug:language>/<slug:version>/", script_catalogue, name="javascript-catalog"),
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("documents.urls")),
    path("review/", include("review.urls")),
    path("records/", include("pdb_sync.urls")),
    path("ask/", include("rag.urls")),
    path("api/v1/", include("idp_project.api_urls")),
]
