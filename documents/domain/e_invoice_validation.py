"""What rules say of an electronic invoice, as it is kept: `{"schema_errors": [text], "rules": [{rule, flag, text, path, rules}],
"versions": {name: version}, "failure": Reason or null}`. Rules with the flag "error" are broken ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BROKEN_SIGNATURES = frozenset({"changed", "invalid"})
SCHEMA = "XSD"
ERROR = "error"


def broken_rules(validation: Mapping[str, Any] | None) -> list[str]:
    """The rules that it breaks, each once, in their order; SCHEMA where the XML is not of the form that its syntax has."""
    if not validation:
        return []
    named = [rule["rule"] for rule in validation.get("rules", ()) if rule.get("flag") == ERROR]
    return list(dict.fromkeys([*([SCHEMA] if validation.get("schema_errors") else []), *named]))
