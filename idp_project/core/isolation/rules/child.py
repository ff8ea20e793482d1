"""The life of one judgement: isolate, parse the XML, ask its rules, answer messages, exit. Only after a fork."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from idp_project.core.files.errors import ParseFailure, SandboxCode
from idp_project.core.isolation.child_life import INPUT, live
from idp_project.core.isolation.privileges import ChildRestrictions, apply_restrictions, use_of
from idp_project.core.isolation.rules.rule_sets import rule_sets, rules_for
from idp_project.core.isolation.system_calls import READER_CALLS
from idp_project.core.isolation.wire import Frame
from idp_project.core.readers.bounded_xml import MOST_BYTES, parse_xml
from idp_project.core.readers.e_invoice_file import syntax_of
from idp_project.core.readers.e_invoice_schema import guideline_of

if TYPE_CHECKING:
    from idp_project.core.isolation.rules.judging import Rules
    from idp_project.core.isolation.server import ServerOptions


def serve_one(
    request: bytes, descriptors: Sequence[int], options: ServerOptions, server_pid: int, rules: Rules
) -> NoReturn:
    """The restrictions of a reader, with one exception: Saxon reserves 34 GB of addresses, so memory that is written to is
    bounded instead of addresses (ADR 23)."""

    def isolate() -> None:
        limits = {resource.RLIMIT_DATA: options.memory_bytes, **use_of(options.cpu_seconds, options.output_bytes)}
        apply_restrictions(server_pid, ChildRestrictions(READER_CALLS, limits))

    live(descriptors, isolate, lambda: _judge(json.loads(request)["limits"], rules))


def _judge(limits: dict[str, int], rules: Rules) -> Iterator[Frame]:
    with os.fdopen(INPUT, "rb", closefd=False) as source:
        data = source.read(min(MOST_BYTES, limits["max_bytes"]) + 1)
    tree = parse_xml(data)
    syntax = syntax_of(tree)
    if not syntax:
        raise ParseFailure(SandboxCode.NOT_AN_E_INVOICE)
    names = rules_for(syntax, guideline_of(tree))
    messages = rules.judge(tree, list(names))
    versions = {name: rule_sets()[name].version for name in names}
    yield Frame({"messages": messages, "versions": versions})
