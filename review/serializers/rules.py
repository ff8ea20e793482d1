"""What the API takes and gives of the rule of a type for the people who review it."""

from __future__ import annotations

from rest_framework import serializers

from documents.domain.deadline_rules import MOST_DAYS, DeadlineSource
from idp_project.core.strict_input import StrictSerializer
from review.services.rules import AMOUNT_DIGITS, MOST_WORKING_DAYS


class DeadlineRuleSerializer(StrictSerializer):
    """That many days after a date on the paper (below zero: before it)."""

    source = serializers.ChoiceField(choices=[source.value for source in DeadlineSource])  # type: ignore[assignment]
    days = serializers.IntegerField(min_value=-MOST_DAYS, max_value=MOST_DAYS)
    is_working = serializers.BooleanField(default=True)


class ReviewRuleSerializer(StrictSerializer):
    """By when, and by how many people, documents of a type are decided."""

    deadlines = DeadlineRuleSerializer(many=True)
    working_days = serializers.IntegerField(min_value=0, max_value=MOST_WORKING_DAYS)
    is_second_always = serializers.BooleanField()
    second_amount = serializers.DecimalField(max_digits=AMOUNT_DIGITS, decimal_places=2, min_value=0, allow_null=True)
    second_fields = serializers.ListField(child=serializers.CharField(max_length=170), max_length=200)
    second_percent = serializers.IntegerField(min_value=0, max_value=100)
    is_second_blind = serializers.BooleanField()
    is_second_automatic = serializers.BooleanField()
