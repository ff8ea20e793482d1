"""REST: review tasks. Each view makes one domain call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, access_of
from documents.api.base import AccessListView
from idp_project.core.strict_views import APIView, GenericAPIView
from review.api.parameters import QUEUE_PARAMETERS
from review.forms.queue import QueueFilterForm
from review.selectors.queue import queue_list
from review.selectors.tasks import QUEUE_LENGTH, rereading_view_for, table_edits_of, task_get_for
from review.serializers.tasks import (
    ArrangedSerializer,
    ArrangementSerializer,
    ComparedSerializer,
    CorrectedSerializer,
    CorrectionSerializer,
    DecisionSerializer,
    FailedChecksSerializer,
    MoveSerializer,
    NoteSerializer,
    ReasonSerializer,
    RereadingSerializer,
    RetypeSerializer,
    ReviewTaskDetailSerializer,
    ReviewTaskSerializer,
    SplitSerializer,
    TableEditedSerializer,
    TableEditEntrySerializer,
    TableEditSerializer,
)
from review.services.approved import approved_correct, approved_withdraw
from review.services.boundaries import (
    document_arrange,
    sub_document_merge,
    sub_document_move,
    sub_document_retype,
    sub_document_split,
)
from review.services.leases import task_take_next, task_take_over
from review.services.rereading import schema_read_again, sub_document_read_again
from review.services.tables import table_edit, table_redo, table_undo
from review.services.tasks import (
    field_value_correct,
    review_task_decide,
    task_claim,
    task_compare,
    task_open,
    task_release,
)


class TaskListView(AccessListView):
    """Undecided tasks on visible documents that fit the parameters, the most urgent first."""

    serializer_class = ReviewTaskSerializer
    pagination_class = None
    query_parameters = QUEUE_PARAMETERS

    def rows(self, access: Access) -> Any:
        wanted = QueueFilterForm(self.request.query_params, access).queue_filter
        return queue_list(access, wanted, first=QUEUE_LENGTH)


class TaskView(GenericAPIView):
    """One task with the values to look at."""

    serializer_class = ReviewTaskDetailSerializer

    def get(self, request: Request, task_id: UUID) -> Response:
        return Response(self.get_serializer(task_open(access_of(request), task_id)).data)


class TaskClaimView(GenericAPIView):
    """Takes a task, or keeps it; DELETE puts it back."""

    @extend_schema(request=None, responses={200: ReviewTaskSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        task_claim(access_of(request), task_id)
        return Response(ReviewTaskSerializer(task_get_for(access_of(request), task_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, task_id: UUID) -> Response:
        task_release(access_of(request), task_id)
        return Response(status=204)


class TaskNextView(GenericAPIView):
    """Takes the next-best task; 204 where nothing is left. No two who ask at once get the same one."""

    @extend_schema(request=None, responses={200: ReviewTaskSerializer, 204: None})
    def post(self, request: Request) -> Response:
        access = access_of(request)
        task = task_take_next(access)
        return Response(ReviewTaskSerializer(task_get_for(access, task.id)).data) if task else Response(status=204)


class TaskTakeOverView(GenericAPIView):
    """Takes a task from who holds it, with a note that they read; for managers of its team."""

    @extend_schema(request=NoteSerializer, responses={200: ReviewTaskSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        form = NoteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        access = access_of(request)
        task_take_over(access, task_id, **form.validated_data)
        return Response(ReviewTaskSerializer(task_get_for(access, task_id)).data)


class ValueCorrectView(GenericAPIView):
    """Sets one value, of a field or of a cell; the answer has all checks as they are now."""

    @extend_schema(request=CorrectionSerializer, responses={200: CorrectedSerializer})
    def put(self, request: Request, task_id: UUID, field_value_id: UUID) -> Response:
        form = CorrectionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        corrected = field_value_correct(access_of(request), task_id, field_value_id, **form.validated_data)
        answer = CorrectedSerializer(corrected.value.as_shown, context={"changed": corrected.changed})
        return Response(answer.data)


class TableEditView(GenericAPIView):
    """Changes the rows, the columns or several cells of a table at once; each changed cell is a correction."""

    @extend_schema(request=TableEditSerializer, responses={200: TableEditedSerializer})
    def post(self, request: Request, task_id: UUID, table: str) -> Response:
        form = TableEditSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(TableEditedSerializer(table_edit(access_of(request), task_id, table, **form.arguments())).data)


class TableEditListView(GenericAPIView):
    """What was changed in the tables of a task so far, the newest first."""

    @extend_schema(responses={200: TableEditEntrySerializer(many=True)})
    def get(self, request: Request, task_id: UUID) -> Response:
        return Response(TableEditEntrySerializer(table_edits_of(access_of(request), task_id), many=True).data)


class TableUndoView(GenericAPIView):
    """Takes the newest edit of the task's tables back."""

    @extend_schema(request=None, responses={200: TableEditedSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        return Response(TableEditedSerializer(table_undo(access_of(request), task_id)).data)


class TableRedoView(GenericAPIView):
    """Does the edit again that was undone last."""

    @extend_schema(request=None, responses={200: TableEditedSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        return Response(TableEditedSerializer(table_redo(access_of(request), task_id)).data)


class TaskCompareView(GenericAPIView):
    """Ends the blind entry of a task of the blind sample: from now on what the machine read is given."""

    @extend_schema(request=None, responses={200: ComparedSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        differing = task_compare(access_of(request), task_id)
        return Response(ComparedSerializer({"differing": differing}).data)


class TaskDecideView(GenericAPIView):
    """Approves or rejects; approving while checks fail needs an `override`."""

    @extend_schema(request=DecisionSerializer, responses={204: None, 409: FailedChecksSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        form = DecisionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        review_task_decide(access_of(request), task_id, **form.arguments())
        return Response(status=204)


class CorrectView(GenericAPIView):
    """Puts an approved sub-document on the desk again: approving it there makes the next version."""

    @extend_schema(request=ReasonSerializer, responses={200: ReviewTaskSerializer})
    def post(self, request: Request, sub_document_id: UUID) -> Response:
        form = ReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        task = approved_correct(access_of(request), sub_document_id, **form.validated_data)
        return Response(ReviewTaskSerializer(task_get_for(access_of(request), task.id)).data)


class WithdrawView(GenericAPIView):
    """Withdraws an approved sub-document."""

    @extend_schema(request=ReasonSerializer, responses={204: None})
    def post(self, request: Request, sub_document_id: UUID) -> Response:
        form = ReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        approved_withdraw(access_of(request), sub_document_id, **form.validated_data)
        return Response(status=204)


def _arranged(touched: list[Any]) -> Response:
    return Response(ArrangedSerializer(touched, many=True).data)


class ArrangeView(APIView):
    """Says which pages of a document are a sub-document, and of which type, and in which order, how turned and whether they
    count; answers with the sub-documents that were touched."""

    @extend_schema(request=ArrangementSerializer, responses={200: ArrangedSerializer(many=True)})
    def put(self, request: Request, document_id: UUID) -> Response:
        form = ArrangementSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = {"seen": form.validated_data.get("seen"), "pages": form.wanted_pages()}
        return _arranged(document_arrange(access_of(request), document_id, form.wanted(), **given))


class SplitView(APIView):
    """Splits a sub-document before a page."""

    @extend_schema(request=SplitSerializer, responses={200: ArrangedSerializer(many=True)})
    def post(self, request: Request, sub_document_id: UUID) -> Response:
        form = SplitSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return _arranged(sub_document_split(access_of(request), sub_document_id, **form.validated_data))


class MergeView(APIView):
    """Joins a sub-document to the one before it."""

    @extend_schema(request=None, responses={200: ArrangedSerializer(many=True)})
    def post(self, request: Request, sub_document_id: UUID) -> Response:
        return _arranged(sub_document_merge(access_of(request), sub_document_id))


class MoveView(APIView):
    """Moves the boundary before a sub-document."""

    @extend_schema(request=MoveSerializer, responses={200: ArrangedSerializer(many=True)})
    def post(self, request: Request, sub_document_id: UUID) -> Response:
        form = MoveSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return _arranged(sub_document_move(access_of(request), sub_document_id, **form.validated_data))


class RetypeView(APIView):
    """Says what a sub-document is."""

    @extend_schema(request=RetypeSerializer, responses={200: ArrangedSerializer(many=True)})
    def post(self, request: Request, sub_document_id: UUID) -> Response:
        form = RetypeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return _arranged(sub_document_retype(access_of(request), sub_document_id, **form.validated_data))


class ReadAgainView(APIView):
    """Has a sub-document that waits for a person read under the newest version of its type."""

    @extend_schema(request=None, responses={200: ArrangedSerializer})
    def post(self, request: Request, sub_document_id: UUID) -> Response:
        return Response(ArrangedSerializer(sub_document_read_again(access_of(request), sub_document_id)).data)


class RereadingView(APIView):
    """What of a type waits with earlier versions, and how far reading it again is; POST begins that, as a job."""

    @extend_schema(responses={200: RereadingSerializer})
    def get(self, request: Request, schema_id: UUID) -> Response:
        return Response(RereadingSerializer(rereading_view_for(access_of(request), schema_id)).data)

    @extend_schema(request=None, responses={202: RereadingSerializer})
    def post(self, request: Request, schema_id: UUID) -> Response:
        access = access_of(request)
        schema_read_again(access, schema_id)
        return Response(RereadingSerializer(rereading_view_for(access, schema_id)).data, status=202)
