"""The client's side of the business rules: what an e-invoice breaks, from a throw-away process that has them compiled."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from idp_project.core.isolation.client import Sandbox, result_of
from idp_project.core.isolation.memory_file import held_in_memory


@dataclass(frozen=True)
class RuleMessage:
    """`rule`: its official name (BR-CO-15). `flag`: error, warning or information. `text`: the publisher's sentence. `path`:
    where in the XML. `rules`: the rule set that has it."""

    rule: str
    flag: str
    text: str
    path: str
    rules: str

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Judgement:
    """`versions` by rule set; empty where no rules are published for such an invoice (ZUGFeRD 1). At most 200 messages."""

    messages: tuple[RuleMessage, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[RuleMessage, ...]:
        return tuple(message for message in self.messages if message.flag == "error")


class RuleServer(Sandbox):
    """Judges e-invoices offline. Without a socket path a private server is started on first use, in some four seconds."""

    server_module = "idp_project.core.isolation.rules.server"

    def judge(self, xml: bytes) -> Judgement:
        """What the XML breaks of the rules for its syntax and guideline. Raises PermanentFailure (the codes of
        `Sandbox.read_e_invoice`, too_slow, too_much_memory), TransientFailure where the server is away.
        """
        with held_in_memory(xml, "e-invoice") as path:
            answer = result_of(self._ask(path, "judge")).values
        messages = tuple(RuleMessage(**_words(message)) for message in answer["messages"])
        return Judgement(messages, {str(name): str(version) for name, version in answer["versions"].items()})


def _words(message: dict[str, Any]) -> dict[str, str]:
    return {name: str(message[name]) for name in ("rule", "flag", "text", "path", "rules")}
