"""Embeddings of a model server, by the one gateway: the endpoint's own host, the organisation's egress policy."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from idp_project.core.errors import IdpError
from idp_project.providers.calls import CallRecord, RecordCall
from idp_project.providers.catalog import PROVIDERS, Catalog
from idp_project.providers.egress import EgressPolicy, EgressTransport, ProviderEndpoint
from idp_project.providers.embeddings.base import Vectors, normalized
from idp_project.providers.errors import AnswerMalformed
from idp_project.providers.llm import gateway
from idp_project.providers.refusals import EMBEDDINGS_COUNT, EMBEDDINGS_NOT_NUMBERS

_TEXTS_A_CALL = 32
_SECONDS = 60.0


class GatewayEmbeddings:
    """An embedding model at one endpoint; its dimensions are asked of it with the first text.

    `record_call` is called once per call, after it ended or was refused.
    """

    def __init__(
        self, endpoint: ProviderEndpoint, policy: EgressPolicy, record_call: RecordCall, catalog: Catalog = PROVIDERS
    ) -> None:
        self._endpoint = endpoint
        self._policy = policy
        self._record_call = record_call
        self._catalog = catalog
        self._dimensions = 0

    @property
    def name(self) -> str:
        return f"{self._endpoint.provider}/{self._endpoint.model}"

    @property
    def version(self) -> str:
        return self._endpoint.model

    @property
    def dimensions(self) -> int:
        if not self._dimensions:
            self.embed(["dimensions"])
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        parts = [self._embed_some(texts[i : i + _TEXTS_A_CALL]) for i in range(0, len(texts), _TEXTS_A_CALL)]
        return np.concatenate(parts) if parts else np.zeros((0, self._dimensions), dtype=np.float32)

    def _embed_some(self, texts: Sequence[str]) -> Vectors:
        started, outcome, tokens = time.monotonic(), "error", None
        try:
            transport = EgressTransport(self._endpoint, self._policy, self._catalog)
            rows, tokens = gateway.embed(self._endpoint, transport, texts, timeout=_SECONDS)
            vectors = self._checked(rows, len(texts))
            outcome = "ok"
            return vectors
        except IdpError as error:
            outcome = error.code
            raise
        finally:
            self._record_call(self._record(outcome, tokens, time.monotonic() - started))

    def _checked(self, rows: list[list[float]], count: int) -> Vectors:
        """Checks that there are as many rows as texts, all of one length, finite."""
        widths = {len(row) for row in rows}
        if len(rows) != count or len(widths) != 1 or (self._dimensions and widths != {self._dimensions}):
            raise AnswerMalformed(EMBEDDINGS_COUNT())
        vectors = np.array(rows, dtype=np.float32)
        if not vectors.shape[1] or not np.isfinite(vectors).all():
            raise AnswerMalformed(EMBEDDINGS_NOT_NUMBERS())
        self._dimensions = vectors.shape[1]
        return normalized(vectors)

    def _record(self, outcome: str, tokens: int | None, duration: float) -> CallRecord:
        end = self._endpoint
        return CallRecord(
            operation="embed",
            purpose="embed",
            provider=end.provider,
            model=end.model,
            location=end.location.value,
            host=end.host,
            outcome=outcome,
            tokens_in=tokens,
            tokens_out=None,
            duration=duration,
        )
