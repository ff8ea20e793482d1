"""All routes."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from idp_project.web.health import health

handler404 = "accounts.views.sign_in.page_not_found"
urlpatterns = [
    path("jsi18n/", login_not_required(JavaScriptCatalog.as_view()), name="javascript-catalog"),
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("documents.urls")),
    path("review/", include("review.urls")),
    path("records/", include("pdb_sync.urls")),
    path("ask/", include("rag.urls")),
    path("api/v1/", include("idp_project.api_urls")),
]
