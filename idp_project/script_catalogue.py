"""Translations for the browser's modules: a script of one language, which may be cached for as long as its address holds."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import override
from django.views.decorators.http import require_GET
from django.views.i18n import JavaScriptCatalog

from idp_project.core.catalogues import catalogue_version
from idp_project.core.errors import NotFound
from idp_project.core.regional import languages

_of_packages = JavaScriptCatalog.as_view(
    packages=["idp_project.operations.supervisor"]
)  # it has no catalogue: only LOCALE_PATHS


@login_not_required
@require_GET
def script_catalogue(request: HttpRequest, language: str, version: str) -> HttpResponseBase:
    """Defines `gettext` and its relations. NotFound for a language that has no catalogue.

    An earlier version gets the present texts, which no cache keeps.
    """
    if language not in languages():
        raise NotFound
    with override(language):
        response = _of_packages(request)
    is_present = version == catalogue_version(language, "djangojs")
    patch_cache_control(response, **({"public": True, "max_age": 365 * 86400} if is_present else {"no_store": True}))
    return response
