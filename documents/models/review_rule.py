"""What a type asks of the people who review it: by when, and by how many."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from documents.models.schema import Schema
from documents.models.tenant import TenantModel


class ReviewRule(TenantModel):
    """Of one type; it stands beside its versions, as it changes nothing of what is read. Without one the defaults of
    `domain.deadline_rules` hold, and one person approves.

    `deadlines`: what on the paper makes a deadline (each a DeadlineRule as JSON); the earliest counts. `working_days`: how
    many there are where nothing does.

    A different second person decides too: always (`is_second_always`), from an amount on (`second_amount`), where a person
    typed one of `second_fields` (names of fields, or table.column), and of a random share (`second_percent`).
    `is_second_blind`: they enter what is printed themselves before they see the first one's values. `is_second_automatic`: the
    same rule sends to a person what would be approved automatically.
    """

    schema = models.OneToOneField(Schema, on_delete=models.CASCADE, related_name="review_rule")
    deadlines = models.JSONField(default=list, blank=True)
    working_days = models.PositiveSmallIntegerField(default=1)
    is_second_always = models.BooleanField(default=False)
    second_amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    second_fields = models.JSONField(default=list, blank=True)
    second_percent = models.PositiveSmallIntegerField(default=0)
    is_second_blind = models.BooleanField(default=False)
    is_second_automatic = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(second_percent__lte=100), name="second_percent_bounds")
        ]

    def __str__(self) -> str:
        return f"rule of {self.schema_id}"

    @property
    def asks_for_second(self) -> bool:
        """Whether anything at all brings a second person in."""
        return bool(
            self.is_second_always or self.second_amount is not None or self.second_fields or self.second_percent
        )
