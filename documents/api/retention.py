"""REST: the organisation's rule of retention with a dry run, legal holds. Each view makes one domain call."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from accounts.domain.retention import LONGEST
from accounts.services.retention.retention_rule import retention_rule_set
from documents.selectors.retention import retention_view_for
from documents.services.removing.removal import batch_hold_set
from idp_project.core.strict_input import StrictSerializer
from idp_project.core.strict_views import GenericAPIView


class HoldSerializer(StrictSerializer):
    """Under a legal hold nothing of a batch is deleted."""

    is_held = serializers.BooleanField()


class RetentionRuleSerializer(StrictSerializer):
    """Days; null: the system's rule holds, 0: kept for ever."""

    days = serializers.IntegerField(min_value=0, max_value=LONGEST, allow_null=True)
    pdb_days = serializers.IntegerField(min_value=0, max_value=LONGEST, allow_null=True)


class EffectiveRuleSerializer(serializers.Serializer[Any]):
    """What holds, no matter who set it; null: kept."""

    days = serializers.IntegerField(allow_null=True)
    pdb_days = serializers.IntegerField(allow_null=True)


class RetentionPlanSerializer(serializers.Serializer[Any]):
    """What would be deleted now."""

    rule = EffectiveRuleSerializer()
    documents = serializers.IntegerField()
    pages = serializers.IntegerField()
    bytes = serializers.IntegerField()
    records = serializers.IntegerField()
    held = serializers.IntegerField()


class RetentionView(GenericAPIView):
    """What holds in the organisation and what it would delete now; PUT changes the organisation's own rule."""

    @extend_schema(responses={200: RetentionPlanSerializer})
    def get(self, request: Request) -> Response:
        plan = retention_view_for(access_of(request)).plan
        return Response(RetentionPlanSerializer(asdict(plan)).data)

    @extend_schema(request=RetentionRuleSerializer, responses={204: None})
    def put(self, request: Request) -> Response:
        form = RetentionRuleSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        retention_rule_set(access_of(request), **form.validated_data)
        return Response(status=204)


class BatchHoldView(GenericAPIView):
    """Puts a batch under a legal hold, or ends it."""

    @extend_schema(request=HoldSerializer, responses={204: None})
    def put(self, request: Request, batch_id: UUID) -> Response:
        form = HoldSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        batch_hold_set(access_of(request), batch_id, is_held=form.validated_data["is_held"])
        return Response(status=204)
