"""REST: questions. Each view makes one domain call."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_of
from idp_project.core.strict_views import GenericAPIView
from rag.serializers import AnswerSerializer, QuestionSerializer
from rag.services.asking import question_answer


class QuestionView(GenericAPIView):
    """Asks the documents that the asker may see; every statement of the answer comes with its citations."""

    serializer_class = QuestionSerializer

    @extend_schema(request=QuestionSerializer, responses={200: AnswerSerializer})
    def post(self, request: Request) -> Response:
        """Answers a question; where the documents do not say, `is_refusal` is true and there are no statements."""
        question = QuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        return Response(AnswerSerializer(question_answer(access_of(request), **question.arguments())).data)
