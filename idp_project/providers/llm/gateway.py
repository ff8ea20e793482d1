"""The one module that imports litellm: every call to a language model or for embeddings passes here.

litellm is loaded at the first call (it takes seconds and 190 MB), told to fetch nothing and report to nobody, and is
always given address, key and HTTP client, because without them it falls back on the environment's.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import httpx
import jsonschema

from idp_project.core.errors import IdpError
from idp_project.providers.calls import CallRecord, RecordCall
from idp_project.providers.catalog import PROVIDERS, Catalog
from idp_project.providers.egress import EgressPolicy, EgressTransport, Location, ProviderEndpoint, check_endpoint
from idp_project.providers.errors import AnswerMalformed, ContextTooLong, ProviderUnknown
from idp_project.providers.llm.base import FinishReason, LanguageAnswer, LanguageRequest, Message, StreamChunk
from idp_project.providers.llm.failures import failure_of
from idp_project.providers.refusals import (
    ANSWER_CUT,
    ANSWER_NOT_JSON,
    ANSWER_NOT_OF_SCHEMA,
    LANGUAGE_MODEL_UNKNOWN,
    PROVIDER_WITHOUT_EMBEDDINGS,
)

_STREAM_PATIENCE = 3  # times the time-out of a read: a model that writes slowly is waited for as long as it writes
_NO_KEY = "none"  # litellm takes the environment's key where it is given an empty one; the transport removes this
_BYTES_PER_TOKEN = 3  # on the safe side (English prose has four): a prompt cut silently is worse than one refused
_TOKENS_PER_IMAGE = 1500  # a page at the size it is sent, in the vocabulary of the models that take most
_ENVIRONMENT = {
    "LITELLM_MODE": "PRODUCTION",  # else it reads .env files
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_AUTOROUTER_PRESETS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
}


@cache
def _litellm() -> Any:
    os.environ.update(_ENVIRONMENT)
    os.environ.pop("CUSTOM_TIKTOKEN_CACHE_DIR", None)  # then litellm points TIKTOKEN_CACHE_DIR at its own copy
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.callbacks = []
    litellm.success_callback = []
    litellm.failure_callback = []
    litellm.num_retries = 0
    litellm.disable_hf_tokenizer_download = True  # it would ask a hub for some models' tokenizers, to count tokens
    litellm.module_level_client = _handler(httpx.Client(transport=httpx.MockTransport(_route), trust_env=False))
    logging.getLogger("LiteLLM").setLevel(logging.WARNING)
    return litellm


_way_out: ContextVar[tuple[EgressTransport, float] | None] = ContextVar("way_out", default=None)


def _route(request: httpx.Request) -> httpx.Response:
    """litellm's own client serves embeddings of Ollama, over the transport of the call that is being made.

    Whatever else it asks is refused: a model's properties, of the environment's server with its key.
    """
    way_out = _way_out.get()
    if way_out is None:
        raise httpx.ConnectError("only calls to the endpoint leave this process", request=request)
    transport, timeout = way_out
    request.extensions = {**request.extensions, "timeout": httpx.Timeout(timeout).as_dict()}
    return transport.handle_request(request)


def _handler(client: httpx.Client) -> Any:
    from litellm.llms.custom_httpx.http_handler import HTTPHandler

    return HTTPHandler(client=client)


def embed(
    endpoint: ProviderEndpoint, transport: EgressTransport, texts: Sequence[str], *, timeout: float
) -> tuple[list[list[float]], int | None]:
    """Vectors in the order of the texts and the provider's token count, over the given transport; one call.

    Raises ProviderUnknown for a provider that has no embeddings here, and what `LanguageModel` names.
    """
    row = PROVIDERS.get(endpoint.provider)
    if row is None or not row.embedding_prefix:
        raise ProviderUnknown(PROVIDER_WITHOUT_EMBEDDINGS(provider=row.label if row else endpoint.provider))
    litellm = _litellm()
    parameters: dict[str, Any] = {
        "model": f"{row.embedding_prefix}/{endpoint.model}",
        "input": list(texts),
        "api_base": endpoint.base,
        "api_key": endpoint.api_key or _NO_KEY,
        "timeout": timeout,
        "num_retries": 0,
        "max_retries": 0,
        "caching": False,
    }
    if endpoint.provider == "ollama":
        parameters["truncate"] = False  # else it cuts long texts silently
    route = _way_out.set((transport, timeout))
    try:
        with httpx.Client(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False) as client:
            if endpoint.provider != "ollama":
                parameters["client"] = _vendor_client(endpoint, client)
            response = litellm.embedding(**parameters)
        return [list(entry["embedding"]) for entry in response.data], getattr(response.usage, "prompt_tokens", None)
    except IdpError:
        raise
    except Exception as error:
        raise failure_of(error, transport, endpoint) from None
    finally:
        _way_out.reset(route)


def _vendor_client(endpoint: ProviderEndpoint, client: httpx.Client) -> Any:
    """What litellm sends by: the vendor's own library for OpenAI, its HTTP handler for all others."""
    if endpoint.provider != "openai":
        return _handler(client)
    import openai

    return openai.OpenAI(api_key=endpoint.api_key or _NO_KEY, base_url=endpoint.base, http_client=client, max_retries=0)


class GatewayModel:
    """A language model behind litellm, bound to one endpoint and one organisation's egress policy.

    `record_call` is called once per call, after it ended or was refused. Raises ProviderUnknown for a provider that
    this gateway does not serve.
    """

    def __init__(
        self, endpoint: ProviderEndpoint, policy: EgressPolicy, record_call: RecordCall, catalog: Catalog = PROVIDERS
    ) -> None:
        if endpoint.provider not in catalog or not catalog[endpoint.provider].llm_prefix:
            known = ", ".join(sorted(name for name, row in catalog.items() if row.llm_prefix))
            raise ProviderUnknown(LANGUAGE_MODEL_UNKNOWN(provider=endpoint.provider, known=known))
        self._endpoint = endpoint
        self._policy = policy
        self._record_call = record_call
        self._catalog = catalog

    @property
    def name(self) -> str:
        return f"{self._endpoint.provider}/{self._endpoint.model}"

    @property
    def version(self) -> str:
        return self._endpoint.model

    @property
    def provider(self) -> str:
        return self._endpoint.provider

    @property
    def location(self) -> Location:
        return self._endpoint.location

    def extract(self, request: LanguageRequest) -> LanguageAnswer:
        if request.json_schema is None:
            raise ValueError("extract needs a json_schema")
        call = _Call(self._endpoint, self._policy, self._catalog, request, "extract")
        with call.recorded(self._record_call):
            answer = call.answer()
            return _with_data(answer, request)

    def complete(self, request: LanguageRequest) -> LanguageAnswer:
        call = _Call(self._endpoint, self._policy, self._catalog, request, "complete")
        with call.recorded(self._record_call):
            return call.answer()

    def stream(self, request: LanguageRequest) -> Iterator[StreamChunk]:
        call = _Call(self._endpoint, self._policy, self._catalog, request, "stream")
        with call.recorded(self._record_call):
            yield from call.chunks()


class _Call:
    """One call on its way: parameters, transport, counts."""

    def __init__(
        self,
        endpoint: ProviderEndpoint,
        policy: EgressPolicy,
        catalog: Catalog,
        request: LanguageRequest,
        operation: str,
    ) -> None:
        self.endpoint = endpoint
        self.policy = policy
        self.catalog = catalog
        self.request = request
        self.operation = operation
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None
        self.started = time.monotonic()

    @contextmanager
    def recorded(self, record_call: RecordCall) -> Iterator[None]:
        outcome = "error"
        try:
            yield
            outcome = "ok"
        except IdpError as error:
            outcome = error.code
            raise
        except GeneratorExit:
            outcome = "cancelled"
            raise
        finally:
            record_call(self._record(outcome))

    def _record(self, outcome: str) -> CallRecord:
        end = self.endpoint
        return CallRecord(
            operation=self.operation,
            purpose=self.request.purpose,
            provider=end.provider,
            model=end.model,
            location=end.location.value,
            host=end.host,
            outcome=outcome,
            tokens_in=self.tokens_in,
            tokens_out=self.tokens_out,
            duration=time.monotonic() - self.started,
        )

    def answer(self) -> LanguageAnswer:
        with self._answered(stream=False) as response:
            choice = response.choices[0]
            return self._finish(choice.message.content or "", choice.finish_reason, response.usage)

    def chunks(self) -> Iterator[StreamChunk]:
        fragments: list[str] = []
        reason, usage = None, None
        with self._answered(stream=True) as response:
            for part in response:
                usage = getattr(part, "usage", None) or usage
                if not part.choices:
                    continue
                reason = part.choices[0].finish_reason or reason
                text = part.choices[0].delta.content
                if text:
                    fragments.append(text)
                    yield StreamChunk(text)
            if reason is None:
                raise ConnectionError("the stream ended before the answer did")
        yield StreamChunk("", self._finish("".join(fragments), reason, usage))

    @contextmanager
    def _answered(self, *, stream: bool) -> Iterator[Any]:
        check_endpoint(self.endpoint, self.policy, self.catalog)
        self._check_length()
        seconds = self.request.timeout * (_STREAM_PATIENCE if stream else 1)
        transport = EgressTransport(self.endpoint, self.policy, self.catalog, seconds=seconds)
        with httpx.Client(
            transport=transport, timeout=self.request.timeout, follow_redirects=False, trust_env=False
        ) as client:
            litellm = _litellm()
            try:
                yield litellm.completion(**self._parameters(stream), client=_vendor_client(self.endpoint, client))
            except (IdpError, GeneratorExit):
                raise
            except Exception as error:
                # The vendor's text may quote the prompt, so it goes neither into the message nor into the chain.
                raise failure_of(error, transport, self.endpoint) from None

    def _parameters(self, stream: bool) -> dict[str, Any]:
        end, request = self.endpoint, self.request
        system = [{"role": "system", "content": request.system}] if request.system else []
        parameters: dict[str, Any] = {
            "model": f"{self.catalog[end.provider].llm_prefix}/{end.model}",
            "messages": system + [{"role": m.speaker.value, "content": _content(m)} for m in request.messages],
            "api_base": end.base,
            "api_key": end.api_key or _NO_KEY,
            "temperature": request.temperature,
            "max_tokens": request.max_tokens,
            "timeout": request.timeout,
            "num_retries": 0,
            "max_retries": 0,
            "fallbacks": None,
            "drop_params": True,  # some models take no temperature or schema; what they answer is checked all the same
            "stream": stream,
        }
        if stream:
            parameters["stream_options"] = {"include_usage": True}
        if end.provider == "ollama":
            parameters["num_ctx"] = end.context_tokens  # its default window is small, and it cuts prompts silently
        if self.operation == "extract":
            schema = {"name": "answer", "schema": dict(request.json_schema or {}), "strict": True}
            parameters["response_format"] = {"type": "json_schema", "json_schema": schema}
        return parameters

    def _check_length(self) -> None:
        request = self.request
        texts = (request.system, *(message.text for message in request.messages))
        size = sum(len(text.encode(errors="replace")) for text in texts)
        images = sum(len(message.images) for message in request.messages) * _TOKENS_PER_IMAGE
        if size / _BYTES_PER_TOKEN + images + request.max_tokens > self.endpoint.context_tokens:
            raise ContextTooLong

    def _finish(self, text: str, reason: Any, usage: Any) -> LanguageAnswer:
        self.tokens_in = getattr(usage, "prompt_tokens", None)
        self.tokens_out = getattr(usage, "completion_tokens", None)
        if (self.tokens_in or 0) + (self.tokens_out or 0) >= self.endpoint.context_tokens:
            raise ContextTooLong
        known = {"stop": FinishReason.STOP, "tool_calls": FinishReason.STOP, "length": FinishReason.LENGTH}
        return LanguageAnswer(
            text=text,
            data=None,
            model=self.endpoint.model,
            finish_reason=known.get(str(reason), FinishReason.OTHER),
            tokens_in=self.tokens_in,
            tokens_out=self.tokens_out,
            duration=time.monotonic() - self.started,
        )


def _content(message: Message) -> str | list[dict[str, Any]]:
    """Returns the content as litellm takes it for every provider: plain text, or parts of which each image is a data address."""
    if not message.images:
        return message.text
    encoded = [base64.b64encode(image).decode() for image in message.images]
    images = [{"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{text}"}} for text in encoded]
    return [{"type": "text", "text": message.text}, *images]


def _with_data(answer: LanguageAnswer, request: LanguageRequest) -> LanguageAnswer:
    if answer.finish_reason is FinishReason.LENGTH:
        raise AnswerMalformed(ANSWER_CUT())
    try:
        data = json.loads(re.sub(r"\A\s*```(?:json)?\s*|\s*```\s*\Z", "", answer.text))
    except ValueError:
        raise AnswerMalformed(ANSWER_NOT_JSON()) from None
    validator = jsonschema.Draft202012Validator(dict(request.json_schema or {}))
    if not validator.is_valid(data):
        raise AnswerMalformed(ANSWER_NOT_OF_SCHEMA())
    return LanguageAnswer(
        text=answer.text,
        data=data,
        model=answer.model,
        finish_reason=answer.finish_reason,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        duration=answer.duration,
    )
