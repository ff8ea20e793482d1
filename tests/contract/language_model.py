"""What every LanguageModel adapter keeps to. Adapters inherit it and provide a server that is really spoken to."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable

import pytest

from idp_project.core.errors import IdpError, PermanentFailure, TransientFailure
from idp_project.providers.calls import CallRecord
from idp_project.providers.egress import EgressPolicy, Location
from idp_project.providers.errors import (
    AnswerMalformed,
    ContextTooLong,
    EgressForbidden,
    ModelMissing,
    ProviderBusy,
    ProviderKeyRefused,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from idp_project.providers.llm.base import FinishReason, LanguageModel, LanguageRequest, Message, Speaker
from tests.fake_providers.replies import Answerer, Received, Reply

SCHEMA = {
    "type": "object",
    "properties": {"total": {"type": "string"}},
    "required": ["total"],
    "additionalProperties": False,
}
SECRET = "Crimson Pelican Ltd"
MakeModel = Callable[..., LanguageModel]


def question(text: str = f"Total 12.00 {SECRET}", **more: object) -> LanguageRequest:
    return LanguageRequest("Be brief.", (Message(Speaker.USER, text),), "contract", json_schema=SCHEMA, **more)  # type: ignore[arg-type]


def says(text: str, **more: object) -> Answerer:
    return lambda _: Reply(text, **more)  # type: ignore[arg-type]


class LanguageModelContract(ABC):
    """`make(answer, **changes)` gives a model whose server answers so; `received` and `records` are kept a test."""

    received: list[Received]
    records: list[CallRecord]

    @abstractmethod
    def make(
        self,
        answer: Answerer,
        *,
        location: Location | None = None,
        policy: EgressPolicy | None = None,
        **endpoint: object,
    ) -> LanguageModel: ...

    def refusal(
        self, kind: type[IdpError], answer: Answerer, request: LanguageRequest | None = None, **more: object
    ) -> IdpError:
        """The error of one call, after checking what holds of every failed call."""
        model = self.make(answer, **more)  # type: ignore[arg-type]
        with pytest.raises(kind) as caught:
            model.extract(request or question())
        assert type(caught.value) is kind
        assert SECRET not in caught.value.message
        assert [record.outcome for record in self.records] == [caught.value.code]
        assert len(self.received) <= 1, "one call, no retries"
        return caught.value

    def test_extract_gives_validated_data_and_one_audit_line(self) -> None:
        model = self.make(says('{"total": "12.00"}', tokens_in=41))
        answer = model.extract(question())
        assert answer.data == {"total": "12.00"}
        assert answer.finish_reason is FinishReason.STOP
        assert answer.tokens_in == 41
        assert answer.tokens_out and answer.duration > 0
        (record,) = self.records
        assert (record.operation, record.purpose, record.outcome) == ("extract", "contract", "ok")
        assert (record.tokens_in, record.tokens_out) == (41, answer.tokens_out)
        assert (record.provider, record.location) == (model.provider, model.location.value)
        assert record.model == model.version and model.name == f"{model.provider}/{model.version}"
        assert SECRET not in repr(record) and "12.00" not in repr(record)

    def test_server_gets_the_question_and_the_schema_once(self) -> None:
        self.make(says('{"total": "1"}')).extract(question(max_tokens=77))
        (received,) = self.received
        assert SECRET in received.prompt and "Be brief." in received.prompt
        sent = json.dumps(received.body)
        assert json.dumps(SCHEMA["properties"]) in sent
        assert "77" in sent

    def test_images_arrive_unchanged_and_count_towards_the_context(self) -> None:
        picture = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
        seen = LanguageRequest("", (Message(Speaker.USER, "Read this.", (picture, picture)),), "contract", max_tokens=9)
        self.make(says("read")).complete(seen)
        (received,) = self.received
        assert received.images == [picture, picture] and "Read this." in received.prompt
        self.records.clear()
        with pytest.raises(ContextTooLong):
            self.make(says("read"), context_tokens=2000).complete(seen)
        assert not self.received

    @pytest.mark.parametrize("text", ["no json", '{"total": 12}', "{}", '{"total": "1", "extra": "2"}', ""])
    def test_answers_that_break_the_schema_are_malformed(self, text: str) -> None:
        error = self.refusal(AnswerMalformed, says(text))
        assert isinstance(error, PermanentFailure)

    def test_answer_cut_at_its_length_is_malformed_even_if_it_parses(self) -> None:
        self.refusal(AnswerMalformed, says('{"total": "12.00"}', done_reason="length"))

    def test_extract_without_a_schema_is_an_error_of_the_caller(self) -> None:
        model = self.make(says("{}"))
        with pytest.raises(ValueError, match="json_schema"):
            model.extract(LanguageRequest("", (Message(Speaker.USER, "x"),), "contract"))
        assert not self.received

    def test_complete_gives_free_text(self) -> None:
        answer = self.make(says("twelve")).complete(question())
        assert (answer.text, answer.data) == ("twelve", None)
        assert [record.operation for record in self.records] == ["complete"]

    def test_stream_gives_fragments_that_make_the_answer(self) -> None:
        text = "The total of this receipt is twelve."
        chunks = list(self.make(says(text, tokens_in=23)).stream(question()))
        assert len(chunks) > 2
        assert "".join(chunk.text for chunk in chunks) == text
        final = chunks[-1].answer
        assert final is not None and final.text == text and final.tokens_in == 23
        assert [chunk.answer for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
        assert [(record.operation, record.outcome, record.tokens_in) for record in self.records] == [
            ("stream", "ok", 23)
        ]

    def test_a_stream_closed_early_is_recorded_as_cancelled(self) -> None:
        stream = self.make(says("a long answer " * 50)).stream(question())
        next(iter(stream))
        assert not self.records
        stream.close()  # type: ignore[attr-defined]
        assert [record.outcome for record in self.records] == ["cancelled"]

    def test_a_stream_that_breaks_off_is_not_taken_for_an_answer(self) -> None:
        stream = self.make(says("half of an answer", breaks_off=True)).stream(question())
        with pytest.raises(TransientFailure):
            list(stream)
        assert [record.outcome for record in self.records] == ["provider_unavailable"]

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (400, ProviderRefused),
            (401, ProviderKeyRefused),
            (403, ProviderKeyRefused),
            (404, ModelMissing),
            (422, ProviderRefused),
            (429, ProviderBusy),
            (500, ProviderUnavailable),
            (503, ProviderUnavailable),
            (504, ProviderTimeout),
        ],
    )
    def test_statuses_have_names(self, status: int, kind: type[IdpError]) -> None:
        error = self.refusal(kind, says(f"no: {SECRET}", status=status, headers={"Retry-After": "17"}))
        if isinstance(error, TransientFailure):
            assert error.retry_after == 17  # type: ignore[attr-defined]
        assert error.is_retryable == (status in (429, 500, 503, 504))

    def test_too_long_a_context_is_named_whatever_the_status(self) -> None:
        self.refusal(ContextTooLong, says("this model's maximum context length is 10 tokens", status=400))

    def test_too_long_a_prompt_is_refused_before_it_is_sent(self) -> None:
        self.refusal(ContextTooLong, says("{}"), question("word " * 20_000))
        assert not self.received

    def test_a_prompt_the_server_had_to_cut_is_refused(self) -> None:
        self.refusal(ContextTooLong, says('{"total": "1"}', tokens_in=8192))

    def test_no_answer_in_time(self) -> None:
        self.refusal(ProviderTimeout, says("{}", delay=2.0), question(timeout=0.3))

    def test_an_unreadable_body_is_malformed(self) -> None:
        self.refusal(AnswerMalformed, says("", raw=b"<html>no</html>"))

    def test_redirects_are_not_followed(self) -> None:
        self.refusal(EgressForbidden, says("", status=307, headers={"Location": "/elsewhere"}))
        assert len(self.received) == 1

    def test_nobody_listening_is_transient(self) -> None:
        error = self.refusal(ProviderUnavailable, says("{}"), api_base="http://127.0.0.1:9")
        assert error.is_retryable and not self.received

    def test_local_only_refuses_the_cloud_before_a_socket_opens(self, no_sockets: list[object]) -> None:
        self.refusal(
            EgressForbidden, says("{}"), location=Location.CLOUD, api_base="", policy=EgressPolicy(local_only=True)
        )
        assert no_sockets == []
        assert [record.outcome for record in self.records] == ["egress_forbidden"]

    def test_two_threads_share_a_model(self) -> None:
        from concurrent.futures import ThreadPoolExecutor

        model = self.make(lambda received: Reply(json.dumps({"total": received.prompt.split()[-1]})))
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda i: model.extract(question(f"Total {i}")).data["total"], range(8)))
        assert answers == [str(i) for i in range(8)]
        assert len(self.records) == 8
