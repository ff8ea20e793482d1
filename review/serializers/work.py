"""What the API takes and gives of the queue, of what people tell each other, and of their own work."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from idp_project.core.strict_input import StrictSerializer


class AssignSerializer(StrictSerializer):
    """Gives tasks to a person, with null back to everybody."""

    task_ids = serializers.ListField(child=serializers.UUIDField(), max_length=200)
    user_id = serializers.UUIDField(allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class TaskIdsSerializer(StrictSerializer):
    """Tasks by id."""

    task_ids = serializers.ListField(child=serializers.UUIDField(), max_length=100)


class PreviewedSerializer(serializers.Serializer[Any]):
    """A document as it would be approved; `against`: why it would not."""

    task_id = serializers.UUIDField(source="task.id")
    file_name = serializers.CharField(source="task.sub_document.document.source_file.name")
    values = serializers.SerializerMethodField()
    digest = serializers.CharField()
    against = serializers.CharField(allow_null=True)

    def get_values(self, row: Any) -> dict[str, str]:
        return {label: value or "" for label, value in row.values}


class SeenSerializer(StrictSerializer):
    """A task and the digest of its values as they were shown."""

    task_id = serializers.UUIDField()
    digest = serializers.CharField(max_length=16)


class BulkApproveSerializer(StrictSerializer):
    """What of a preview is approved."""

    seen = SeenSerializer(many=True)


class BulkRetypeSerializer(TaskIdsSerializer):
    """The type that these tasks get."""

    schema_id = serializers.UUIDField()


class OutcomeSerializer(serializers.Serializer[Any]):
    """How many were done, how many wait for a second person now, and why the others were not done."""

    done = serializers.IntegerField()
    waiting = serializers.IntegerField()
    refused = serializers.SerializerMethodField()

    def get_refused(self, outcome: Any) -> dict[str, str]:
        return {str(task.id): message for task, message in outcome.refused}


class AskSerializer(StrictSerializer):
    """A question to a person."""

    user_id = serializers.UUIDField()
    text = serializers.CharField(max_length=2000)


class CommentTextSerializer(StrictSerializer):
    """What is said."""

    text = serializers.CharField(max_length=2000)


class CommentSerializer(serializers.Serializer[Any]):
    """What somebody said on a task."""

    kind = serializers.CharField()
    text = serializers.CharField()
    author = serializers.CharField(default=None)
    to = serializers.CharField(default=None)
    created_at = serializers.DateTimeField()


class QueueFiguresSerializer(serializers.Serializer[Any]):
    """The asker's own decisions of today, and what they could take now."""

    done_today = serializers.IntegerField()
    left = serializers.IntegerField()
    late = serializers.IntegerField()


class NewViewSerializer(StrictSerializer):
    """Filters of the queue, to be kept under a name."""

    name = serializers.CharField(max_length=60)
    filters = serializers.DictField(child=serializers.CharField(max_length=150))


class SavedViewSerializer(serializers.Serializer[Any]):
    """Filters of the queue under a name."""

    id = serializers.UUIDField()
    name = serializers.CharField(max_length=60)
    filters = serializers.DictField(child=serializers.CharField(max_length=150))


class NotificationSerializer(serializers.Serializer[Any]):
    """What the asker was told."""

    id = serializers.UUIDField()
    text = serializers.CharField(source="reason")
    task_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class AbsenceSerializer(serializers.Serializer[Any]):
    """Who is away, and who stands in."""

    id = serializers.UUIDField()
    user = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    deputy = serializers.CharField(default=None)


class NewAbsenceSerializer(StrictSerializer):
    """An absence: the asker's own, or of `user_id`."""

    user_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    deputy_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class OwnFiguresSerializer(serializers.Serializer[Any]):
    """How many documents the asker has decided."""

    today = serializers.IntegerField()
    week = serializers.IntegerField()
    month = serializers.IntegerField()


class TeamFiguresSerializer(serializers.Serializer[Any]):
    """How many a team has decided in 30 days; null for fewer than five people."""

    name = serializers.CharField()
    decided = serializers.IntegerField(allow_null=True)


class WorkFiguresSerializer(serializers.Serializer[Any]):
    """`people` is empty unless an agreement is in force."""

    own = OwnFiguresSerializer()
    teams = TeamFiguresSerializer(many=True)
    agreement = serializers.CharField(allow_null=True)
    people = serializers.SerializerMethodField()

    def get_people(self, figures: Any) -> dict[str, int]:
        return dict(figures.people)
