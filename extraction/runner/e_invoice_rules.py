"""What the rules say of an electronic invoice, as its row keeps it: asked of the rule server of this machine."""

from __future__ import annotations

import logging
from typing import Any

from extraction.runner.contexts import rules
from idp_project.core.errors import PermanentFailure
from idp_project.core.isolation.client import ReceivedXml

logger = logging.getLogger(__name__)


def validation_of(received: ReceivedXml) -> dict[str, Any]:
    """`documents.domain.e_invoice_validation` says of what form. An XML that no rule can be asked about has a `failure` in
    it: the document is read all the same. Raises TransientFailure where the rule server is away."""
    schema = received.schema
    found: dict[str, Any] = {
        "schema_errors": [str(message["text"]) for message in schema.get("messages", ())],
        "rules": [],
        "versions": {str(schema["schema"]): str(schema["version"])} if schema.get("schema") else {},
        "failure": None,
    }
    try:
        judgement = rules().judge(received.xml)
    except PermanentFailure as error:
        logger.warning("the rules of an electronic invoice could not be asked: %s", error)
        return found | {"failure": error.reason.to_dict()}
    found["rules"] = [message.to_dict() for message in judgement.messages]
    found["versions"] |= dict(judgement.versions)
    return found
