"""DRF's views under their own names, made strict: every view of the API is one of these, and a test walks them all.

Query parameters stand in `query_parameters` (rules and OpenAPI description read them there), bodies in StrictSerializers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import generics, mixins, views
from rest_framework.request import Request

from idp_project.core.strict_input import check_no_body, check_query

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class StrictInput(views.APIView):
    """Refuses, behind the checks of who asks, query parameters that the view does not declare and bodies that it does not take.

    `query_parameters` hold for GET; other methods take none. A method whose description says `request=None` takes no body.
    """

    query_parameters: ClassVar[Sequence[OpenApiParameter]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not hasattr(self, str(request.method).lower()):
            return  # 405 follows
        check_query(request.query_params, self.known_parameters if request.method in _READING else ())
        if not self.takes_body(str(request.method)):
            check_no_body(request.data)

    @property
    def known_parameters(self) -> list[str]:
        """The names of what a query string may say; of paged lists also where to go on."""
        names = [parameter.name for parameter in self.query_parameters]
        paginator = self.paginator if isinstance(self, mixins.ListModelMixin) else None  # type: ignore[attr-defined]
        return [*names, paginator.cursor_query_param] if paginator else names

    def takes_body(self, method: str) -> bool:
        """Whether the method takes a body: as its `extend_schema` says; without one it does."""
        if method not in _WITH_BODY:
            return False
        described = getattr(getattr(self, method.lower()), "kwargs", {}).get("schema")
        if described is None:
            return True
        schema = described()
        schema.view, schema.method = self, method
        return schema.get_request_serializer() is not None


class APIView(StrictInput):
    """A strict `rest_framework.views.APIView`."""


class GenericAPIView(StrictInput, generics.GenericAPIView[Any]):
    """A strict `rest_framework.generics.GenericAPIView`."""


class ListAPIView(StrictInput, generics.ListAPIView[Any]):
    """A strict `rest_framework.generics.ListAPIView`."""


class StrictDescription(AutoSchema):
    """Describes the declared query parameters."""

    def get_override_parameters(self) -> list[Any]:
        declared = getattr(self.view, "query_parameters", ()) if self.method == "GET" else ()
        return [*super().get_override_parameters(), *declared]


class StrictSerializerDescription(OpenApiSerializerExtension):
    """Says of what a StrictSerializer takes that it takes nothing else."""

    target_class = "idp_project.core.strict_input.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        described: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return described | {"additionalProperties": False}
