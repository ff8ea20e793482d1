"""How the fake model answers: it reads the page text in its prompt for the labels that its prompt names."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fake_providers.replies import Received, Reply

_PAGE = re.compile(r"^<page-text (\w+)>\n(.*)\n</page-text \1>", re.S | re.M)
_ASKED = re.compile(r"^- (\w+): printed as (.+)$", re.M)
_LABEL = re.compile(r"“([^”]+)”")
_AMOUNT = re.compile(r"-?\d[\d.,]*")
_DATE = re.compile(r"\d{1,4}[-./ ]\w{1,9}[-./ ]\d{1,4}|\w{3,9} \d{1,2}, \d{4}")


def read_prompt(received: Received) -> Reply:
    """A JSON answer to an extraction prompt, else a sentence that quotes the prompt's last line."""
    schema = received.schema
    if schema is not None:
        return Reply(json.dumps(_extract(received.prompt, schema)))
    lines = [line for line in received.prompt.splitlines() if line.strip()]
    return Reply(f"You said: {lines[-1] if lines else ''}")


def _extract(prompt: str, schema: dict[str, Any]) -> dict[str, Any]:
    page = _PAGE.search(prompt)
    lines = page.group(2).splitlines() if page else []
    asked: dict[str, str] = dict(_ASKED.findall(prompt[: page.start()] if page else prompt))
    answer: dict[str, Any] = {}
    for name, part in schema["properties"].items():
        answer[name] = [] if part.get("type") == "array" else _read(asked.get(name, ""), lines)
    return answer


def _read(rest: str, lines: list[str]) -> dict[str, str | None]:
    for label in _LABEL.findall(rest):
        for index, line in enumerate(lines):
            found = re.search(rf"(?<!\w){re.escape(label)}(?!\w)\W*(.*)", line, re.I)
            if not found:
                continue
            for text in (found.group(1), *lines[index + 1 : index + 2]):
                value = _of_form(rest, text.strip())
                if value:
                    return {"value": value, "quote": value}
    return {"value": None, "quote": None}


def _of_form(rest: str, text: str) -> str:
    if "digits and separators" in rest:
        found = _AMOUNT.findall(text)
        return found[-1] if found else ""
    if re.search(r"\bdate\b", rest, re.I):
        date = _DATE.search(text)
        if date:
            return date.group()
    return text
