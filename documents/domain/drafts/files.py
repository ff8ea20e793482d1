"""Document types as files: the product's own YAML (or JSON), and JSON Schema."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

import yaml

from documents.domain.drafts.json_schema import definition_of, json_schema_of
from documents.domain.drafts.refusals import DEFINITION_FORM, DEFINITION_SIZE
from documents.domain.drafts.shape import MOST_BYTES
from documents.domain.schema_spec import SchemaSpec
from idp_project.core.errors import InvalidInput


class FileForm(StrEnum):
    """How a document type is written."""

    YAML = "yaml"
    JSON = "json"
    JSON_SCHEMA = "json_schema"


class _Loader(yaml.SafeLoader):
    """Without aliases: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def file_of(spec: SchemaSpec, form: FileForm) -> str:
    """Its text, in the order that people read: name and fields first."""
    if form is FileForm.JSON_SCHEMA:
        return json.dumps(json_schema_of(spec), indent=2, ensure_ascii=False) + "\n"
    if form is FileForm.JSON:
        return json.dumps(spec.to_dict(), indent=2, ensure_ascii=False) + "\n"
    return yaml.safe_dump(spec.to_dict(), sort_keys=False, allow_unicode=True, width=120)


def definition_in(text: str) -> dict[str, Any]:
    """What a file says: YAML, JSON or JSON Schema. Its shape is not checked here.

    Raises InvalidInput for any other format, and for more than a definition may have.
    """
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise InvalidInput(DEFINITION_SIZE(most=MOST_BYTES), code="definition_size")
    try:
        data = yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader); JSON is YAML
        if isinstance(data, dict) and ("properties" in data or "$schema" in data):
            data = definition_of(data)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, AttributeError) as error:
        raise InvalidInput(DEFINITION_FORM(), code="definition_form") from error
    if not isinstance(data, dict):
        raise InvalidInput(DEFINITION_FORM(), code="definition_form")
    return data
