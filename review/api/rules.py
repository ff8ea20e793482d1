"""REST: the rule of a type for the people who review it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.domain.deadline_rules import DeadlineRule
from idp_project.core.strict_views import APIView
from review.serializers.rules import ReviewRuleSerializer
from review.services.rules import WantedRule, review_rule_set, rule_of


def _shown(rule: WantedRule) -> dict[str, Any]:
    shown: dict[str, Any] = {**vars(rule), "deadlines": [one.to_dict() for one in rule.deadlines]}
    return ReviewRuleSerializer(shown).data


class ReviewRuleView(APIView):
    """By when, and by how many people, documents of a type are decided; for its managers. PUT replaces what it names."""

    @extend_schema(responses={200: ReviewRuleSerializer})
    def get(self, request: Request, schema_id: UUID) -> Response:
        return Response(_shown(rule_of(access_of(request), schema_id)[1]))

    @extend_schema(request=ReviewRuleSerializer, responses={200: ReviewRuleSerializer})
    def put(self, request: Request, schema_id: UUID) -> Response:
        access = access_of(request)
        _, present = rule_of(access, schema_id)
        form = ReviewRuleSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        chosen = dict(form.validated_data)
        if "deadlines" in chosen:
            chosen["deadlines"] = tuple(DeadlineRule.from_dict(entry) for entry in chosen["deadlines"])
        if "second_fields" in chosen:
            chosen["second_fields"] = tuple(chosen["second_fields"])
        review_rule_set(access, schema_id, WantedRule(**{**vars(present), **chosen}))
        return Response(_shown(rule_of(access, schema_id)[1]))
