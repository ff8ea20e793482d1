"""Rows of the authorization matrix about approved values and what is withdrawn."""

from __future__ import annotations

from tests.authorization.rules import OWN, VIEW, Row

VALUE = {"sub_document_id": "delivered", "path": "invoice_number"}
CONVERSATION = {"conversation_id": "conversation"}

VALUE_ROUTES = [
    Row("GET", "rag:conversation_state", OWN, CONVERSATION),
    Row("GET", "documents:certificate", VIEW, VALUE),
    Row("GET", "documents:certificate_picture", VIEW, VALUE),
    Row("GET", "api-certificate", VIEW, VALUE),
    Row("GET", "api-certificate-picture", VIEW, VALUE),
]
