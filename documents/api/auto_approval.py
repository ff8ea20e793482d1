"""REST: what a type has earned. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from documents.domain.auto_approval import AutoApproval, AutoApprovalReason
from documents.domain.earned.plan import TARGETS
from documents.domain.earned.strata import Stratum
from documents.selectors.auto_approval import auto_approval_view_for
from documents.services.approving.auto_approval import ApprovalSettings, schema_auto_approval_set
from idp_project.core.strict_input import StrictSerializer
from idp_project.core.strict_views import GenericAPIView

_STATES = {AutoApproval.NEVER.value: "never", AutoApproval.DEMONSTRATION.value: "demonstration"}
_PERCENTS = [target / 10 for target in TARGETS]


class LookSerializer(serializers.Serializer[Any]):
    """The gate opens after `n` documents with at most `allowed` errors among them."""

    n = serializers.IntegerField()
    allowed = serializers.IntegerField()


class ProgressSerializer(serializers.Serializer[Any]):
    """Of one stratum. `missing` more documents without an error open its gate; null where it is open or all looks are taken.
    `bound`: the share of wrong documents that the opening rests on, 0..1; null while it is closed."""

    stratum = serializers.ChoiceField(choices=[one.value for one in Stratum], source="found.stratum")
    is_open = serializers.BooleanField(source="found.standing.is_open")
    is_spent = serializers.BooleanField(source="found.standing.is_spent")
    documents = serializers.IntegerField(source="found.standing.n")
    wrong = serializers.IntegerField(source="found.standing.errors")
    bound = serializers.FloatField(source="found.standing.bound", allow_null=True)
    opens_at = serializers.IntegerField(source="found.standing.opens_at", allow_null=True)
    missing = serializers.IntegerField(allow_null=True)
    expected_on = serializers.DateField(allow_null=True)


class EarningSerializer(serializers.Serializer[Any]):
    """`stages`: the plan; `reviewers_miss`: the share of the machine's errors that reviewers are taken to miss in it, assumed
    where `is_cautious`; `share`: of the newest `share_of` documents, those that would be automatic; `rescoring` examined
    documents are not read again yet by the extractor of today."""

    stages = LookSerializer(many=True)
    reviewers_miss = serializers.FloatField(source="plan.missed")
    is_cautious = serializers.BooleanField(source="reviewers.is_cautious")
    strata = ProgressSerializer(many=True)
    share = serializers.FloatField(allow_null=True)
    share_of = serializers.IntegerField()
    rescoring = serializers.IntegerField()


class AutoApprovalSerializer(serializers.Serializer[Any]):
    """Whether documents of a type are approved without a person, and why. `target`: per cent of documents that have to be
    right; the blind percentages are of what goes to a person."""

    state = serializers.SerializerMethodField()
    is_allowed = serializers.BooleanField()
    reason = serializers.ChoiceField(choices=[reason.value for reason in AutoApprovalReason])
    target = serializers.SerializerMethodField()
    blind_percent = serializers.IntegerField(source="schema.blind_percent")
    blind_percent_earned = serializers.IntegerField(source="schema.blind_percent_earned")
    changed_by = serializers.CharField(source="schema.auto_approval_changed_by", allow_null=True)
    changed_at = serializers.DateTimeField(source="schema.auto_approval_changed_at", allow_null=True)
    earning = EarningSerializer(allow_null=True)

    def get_state(self, view: Any) -> str:
        return _STATES.get(view.schema.auto_approval, "earned")

    def get_target(self, view: Any) -> float:
        return float(view.schema.target / 10)


class AutoApprovalSettingsSerializer(StrictSerializer):
    """What is left out stays as it is. `begins_series`: the evidence so far no longer counts."""

    state = serializers.ChoiceField(choices=["earned", "never"], required=False)
    target = serializers.FloatField(required=False, help_text="95, 98, 99 or 99.9")
    blind_percent = serializers.IntegerField(min_value=0, max_value=100, required=False)
    blind_percent_earned = serializers.IntegerField(min_value=0, max_value=100, required=False)
    begins_series = serializers.BooleanField(default=False)

    def wanted(self) -> ApprovalSettings:
        """What the service takes."""
        given = dict(self.validated_data)
        state, target = given.pop("state", None), given.pop("target", None)
        return ApprovalSettings(
            is_never=None if state is None else state == "never",
            target=None if target is None else round(target * 10) if target in _PERCENTS else 0,
            **given,
        )


class SchemaAutoApprovalView(GenericAPIView):
    """Whether documents of a type may be approved without a person, and what that rests on."""

    serializer_class = AutoApprovalSerializer

    def get(self, request: Request, schema_id: UUID) -> Response:
        """What the type has earned, and how far it is on its way."""
        return Response(self.get_serializer(auto_approval_view_for(access_of(request), schema_id)).data)

    @extend_schema(request=AutoApprovalSettingsSerializer, responses={204: None})
    def put(self, request: Request, schema_id: UUID) -> Response:
        """For managers of the type: what it has to earn, and how much is reviewed blind. What is left out stays."""
        form = AutoApprovalSettingsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        schema_auto_approval_set(access_of(request), schema_id, form.wanted())
        return Response(status=204)
