"""Routes of accounts, admin, and probes that show what the middleware did around a view."""

import asyncio
from uuid import UUID

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import opens_own_scopes
from accounts.models import Organization, ProviderEndpoint
from accounts.views.sign_in import page_not_found
from idp_project.core.errors import Conflict, NotFound
from idp_project.script_catalogue import script_catalogue

handler404 = page_not_found
ERRORS = {
    "conflict": Conflict,
    "not_found": NotFound,
    "http404": Http404,
    "denied": PermissionDenied,
    "bug": ZeroDivisionError,
}


def mark(name):
    """A row whose fate tells whether the request's transaction was committed."""
    Organization.objects.create(name=name, slug=name)


def who(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('app.org_id', true)")
        role, organization = cursor.fetchone()
    return JsonResponse(
        {
            "user": request.user.username,
            "role": request.access and request.access.role,
            "credential": request.credential,
            "in_transaction": connection.in_atomic_block,
            "database_role": role,
            "organization": organization,
            "endpoints": sorted(ProviderEndpoint.objects.values_list("model", flat=True)),
            "teams": sorted(str(team) for team in request.access.team_ids) if request.access else [],
        }
    )


@login_not_required
def public(request):
    return who(request)


def fail(request, kind):
    mark("written-before")
    raise ERRORS[kind]("The reason.")


def answer_500(request):
    mark("written-before")
    return HttpResponse(status=500)


def write(request):
    mark("written")
    return HttpResponse("done")


@opens_own_scopes
def slow(request):
    return JsonResponse({"in_transaction": transaction.get_connection().in_atomic_block})


async def asynchronous(request):
    await asyncio.sleep(0)
    user = await request.auser()
    return JsonResponse({"user": user.username})


class ProbeView(APIView):
    """GET says who asks, POST writes, PUT fails after writing."""

    def get(self, request):
        return Response({"user": request.user.username, "auth": isinstance(request.auth.session_id, UUID)})

    def post(self, request):
        mark("written")
        return Response(status=201)

    def put(self, request):
        mark("written-before")
        raise Conflict("Somebody was faster.")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("api/v1/", include("accounts.api_urls")),
    path("api/v1/probe/", ProbeView.as_view()),
    path("who/", who),
    path("public/", public),
    path("fail/<str:kind>/", fail),
    path("answer-500/", answer_500),
    path("write/", write),
    path("slow/", slow),
    path("asynchronous/", asynchronous),
    path("jsi18n/<slug:language>/<slug:version>/", script_catalogue, name="javascript-catalog"),
    path("batches/", who, name="batch_list"),
]
