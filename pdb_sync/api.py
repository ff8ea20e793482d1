"""REST: comparisons of the two databases. Each view makes one domain call."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from idp_project.core.strict_views import APIView
from pdb_sync.selectors import reconciliation_list
from pdb_sync.serializers import ReconciliationSerializer
from pdb_sync.services.reconciling import pdb_reconcile_request


class ReconciliationView(APIView):
    """The newest comparisons of approved versions with the production database; POST has them compared now."""

    @extend_schema(responses={200: ReconciliationSerializer(many=True)})
    def get(self, request: Request) -> Response:
        return Response(ReconciliationSerializer(reconciliation_list(access_of(request)), many=True).data)

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request) -> Response:
        pdb_reconcile_request(access_of(request))
        return Response(status=202)
