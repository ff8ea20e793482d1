"""The description of the API: YAML, or JSON by `?format=json` or the Accept header."""

from types import SimpleNamespace

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter
from drf_spectacular.views import SpectacularAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated

from idp_project.core.strict_views import StrictInput


class _ByFormat(DefaultContentNegotiation):
    settings = SimpleNamespace(URL_FORMAT_OVERRIDE="format")  # type: ignore[assignment]  # the only view that has two formats


class DescriptionView(StrictInput, SpectacularAPIView):
    """OpenAPI 3, for people who are signed in; for everybody with PUBLIC_API_DESCRIPTION."""

    content_negotiation_class = _ByFormat
    query_parameters = [OpenApiParameter("format", str, enum=["json", "yaml"]), OpenApiParameter("lang", str)]

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if settings.PUBLIC_API_DESCRIPTION else IsAuthenticated()]
