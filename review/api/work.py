"""REST: the queue as a whole, comments and questions, a person's own views, messages and absences."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from idp_project.core.strict_views import APIView
from review.forms.queue import QueueFilterForm
from review.selectors.figures import work_figures
from review.selectors.people import absences_for
from review.selectors.queue import queue_figures, saved_views
from review.selectors.tasks import task_get_for
from review.selectors.together import notification_list, task_talk
from review.serializers.work import (
    AbsenceSerializer,
    AskSerializer,
    AssignSerializer,
    BulkApproveSerializer,
    BulkRetypeSerializer,
    CommentSerializer,
    CommentTextSerializer,
    NewAbsenceSerializer,
    NewViewSerializer,
    NotificationSerializer,
    OutcomeSerializer,
    PreviewedSerializer,
    QueueFiguresSerializer,
    SavedViewSerializer,
    TaskIdsSerializer,
    WorkFiguresSerializer,
)
from review.services import asking, assigning, bulk, profiles


def _valid(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    found: dict[str, Any] = serializer.validated_data
    return found


class QueueFiguresView(APIView):
    """The asker's own figures of today; nobody else's."""

    @extend_schema(responses={200: QueueFiguresSerializer})
    def get(self, request: Request) -> Response:
        return Response(QueueFiguresSerializer(queue_figures(access_of(request))).data)


class WorkFiguresView(APIView):
    """The asker's own figures, sums of teams of five or more, and per person where an agreement is in force."""

    @extend_schema(responses={200: WorkFiguresSerializer})
    def get(self, request: Request) -> Response:
        return Response(WorkFiguresSerializer(work_figures(access_of(request))).data)


class TasksAssignView(APIView):
    """Gives tasks to a person, or back to everybody; for managers of their teams."""

    @extend_schema(request=AssignSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        data = _valid(AssignSerializer(data=request.data))
        assigning.tasks_assign(access_of(request), data["task_ids"], user_id=data["user_id"], note=data["note"])
        return Response(status=204)


class ApprovalPreviewView(APIView):
    """What would be approved at once, each with its values and their digest; nothing is changed."""

    @extend_schema(request=TaskIdsSerializer, responses={200: PreviewedSerializer(many=True)})
    def post(self, request: Request) -> Response:
        data = _valid(TaskIdsSerializer(data=request.data))
        return Response(
            PreviewedSerializer(bulk.approval_preview(access_of(request), data["task_ids"]), many=True).data
        )


class BulkApproveView(APIView):
    """Approves tasks as a preview showed them; what changed since is left out."""

    @extend_schema(request=BulkApproveSerializer, responses={200: OutcomeSerializer})
    def post(self, request: Request) -> Response:
        data = _valid(BulkApproveSerializer(data=request.data))
        seen = {one["task_id"]: one["digest"] for one in data["seen"]}
        return Response(OutcomeSerializer(bulk.tasks_approve(access_of(request), seen)).data)


class BulkRetypeView(APIView):
    """Gives tasks a type; each is read again for it."""

    @extend_schema(request=BulkRetypeSerializer, responses={200: OutcomeSerializer})
    def post(self, request: Request) -> Response:
        data = _valid(BulkRetypeSerializer(data=request.data))
        outcome = bulk.tasks_retype(access_of(request), data["task_ids"], schema_id=data["schema_id"])
        return Response(OutcomeSerializer(outcome).data)


class TaskCommentsView(APIView):
    """What was said on a document; POST adds a note."""

    @extend_schema(responses={200: CommentSerializer(many=True)})
    def get(self, request: Request, task_id: UUID) -> Response:
        access = access_of(request)
        return Response(CommentSerializer(task_talk(access, task_get_for(access, task_id)).comments, many=True).data)

    @extend_schema(request=CommentTextSerializer, responses={201: CommentSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        data = _valid(CommentTextSerializer(data=request.data))
        return Response(CommentSerializer(asking.task_comment(access_of(request), task_id, **data)).data, status=201)


class TaskAskView(APIView):
    """Asks a colleague; the task waits for the answer."""

    @extend_schema(request=AskSerializer, responses={204: None})
    def post(self, request: Request, task_id: UUID) -> Response:
        asking.task_ask(access_of(request), task_id, **_valid(AskSerializer(data=request.data)))
        return Response(status=204)


class TaskReturnView(APIView):
    """Sends a document back to who uploaded it."""

    @extend_schema(request=CommentTextSerializer, responses={204: None})
    def post(self, request: Request, task_id: UUID) -> Response:
        asking.task_return(access_of(request), task_id, **_valid(CommentTextSerializer(data=request.data)))
        return Response(status=204)


class TaskAnswerView(APIView):
    """Answers what was asked; the task goes back to who asked."""

    @extend_schema(request=CommentTextSerializer, responses={204: None})
    def post(self, request: Request, task_id: UUID) -> Response:
        asking.task_answer(access_of(request), task_id, **_valid(CommentTextSerializer(data=request.data)))
        return Response(status=204)


class SavedViewsView(APIView):
    """The asker's own views of the queue; POST keeps one, under its name."""

    @extend_schema(responses={200: SavedViewSerializer(many=True)})
    def get(self, request: Request) -> Response:
        return Response(SavedViewSerializer(saved_views(access_of(request)), many=True).data)

    @extend_schema(request=NewViewSerializer, responses={201: SavedViewSerializer})
    def post(self, request: Request) -> Response:
        access = access_of(request)
        data = _valid(NewViewSerializer(data=request.data))
        filters = QueueFilterForm(data["filters"], access).queue_filter.as_query()
        return Response(
            SavedViewSerializer(assigning.view_save(access, name=data["name"], filters=filters)).data, status=201
        )


class SavedViewView(APIView):
    """One of the asker's own."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, view_id: UUID) -> Response:
        assigning.view_delete(access_of(request), view_id)
        return Response(status=204)


class NotificationsView(APIView):
    """What the asker was told, the newest first; POST marks all as read."""

    @extend_schema(responses={200: NotificationSerializer(many=True)})
    def get(self, request: Request) -> Response:
        return Response(NotificationSerializer(notification_list(access_of(request)), many=True).data)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        profiles.notifications_read(access_of(request))
        return Response(status=204)


class AbsencesView(APIView):
    """Present and coming absences: one's own, and of the people of teams that one manages."""

    @extend_schema(responses={200: AbsenceSerializer(many=True)})
    def get(self, request: Request) -> Response:
        return Response(AbsenceSerializer(absences_for(access_of(request)), many=True).data)

    @extend_schema(request=NewAbsenceSerializer, responses={201: AbsenceSerializer})
    def post(self, request: Request) -> Response:
        data = _valid(NewAbsenceSerializer(data=request.data))
        return Response(AbsenceSerializer(profiles.absence_add(access_of(request), **data)).data, status=201)


class AbsenceView(APIView):
    """One absence."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, absence_id: UUID) -> Response:
        profiles.absence_remove(access_of(request), absence_id)
        return Response(status=204)
