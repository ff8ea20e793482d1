"""Anchors: what every audit chain said of itself at some time, kept outside the database.

Who owns the database can put an older head back together with the entries it knew; the chain is then whole, and shorter.
The anchors of the time between tell. Each is a line of JSON with a MAC of its own, appended to a file that belongs on
another disk or machine.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.domain.refusals import ANCHOR_CHANGED, ANCHOR_LINE_CHANGED
from accounts.domain.secrets import is_same, keyed_hex
from accounts.models import AuditHead
from accounts.services.audit.trail import head_mac
from idp_project.core.errors import IdpError
from idp_project.core.tenancy import system_scope

SYSTEM = "system"


class AnchorChanged(IdpError):
    """A line of the anchor file is not as it was written."""

    code = "anchor_changed"
    default_message = ANCHOR_CHANGED


@dataclass(frozen=True)
class Anchor:
    """`chain` is the organisation's id or "system"; `last_mac` the MAC of entry `length`."""

    at: str
    chain: str
    length: int
    last_mac: str

    @property
    def mac(self) -> str:
        return keyed_hex(settings.AUDIT_MAC_KEY, "anchor", self.at, self.chain, str(self.length), self.last_mac)


def audit_anchors_export(path: Path) -> int:
    """Appends an anchor for every chain that grew since its last one, and says how many. Made for the clock.

    A head that is not as it was written gets no anchor: `verify_audit` names it.
    """
    known = audit_anchors_read(path)
    with system_scope("anchors of the audit trail"):
        heads = [head for head in AuditHead.objects.filter(length__gt=0) if is_same(head.mac, head_mac(head))]
    at = timezone.now().isoformat()
    anchors = [Anchor(at, _chain(head.organization_id), head.length, head.last_mac) for head in heads]
    fresh = [anchor for anchor in anchors if anchor.length > max(known.get(anchor.chain, {}), default=0)]
    if fresh:
        _append(path, [json.dumps({**asdict(anchor), "mac": anchor.mac}) for anchor in fresh])
    return len(fresh)


def audit_anchors_read(path: Path) -> dict[str, dict[int, str]]:
    """Chain → entry number → MAC. Nothing where there is no file; AnchorChanged names the first bad line."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    if not path.is_file():
        return found
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        anchor = _read(line)
        if anchor is None:
            raise AnchorChanged(ANCHOR_LINE_CHANGED(number=number, name=path.name))
        found[anchor.chain][anchor.length] = anchor.last_mac
    return found


def anchors_of(found: dict[str, dict[int, str]], organization_id: UUID | None) -> dict[int, str]:
    """Those of one chain, as `audit_verify` takes them."""
    return found.get(_chain(organization_id), {})


def _chain(organization_id: UUID | None) -> str:
    return str(organization_id) if organization_id else SYSTEM


def _read(line: str) -> Anchor | None:
    try:
        values = json.loads(line)
        mac = str(values.pop("mac"))
        anchor = Anchor(**values)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return anchor if is_same(mac, anchor.mac) else None


def _append(path: Path, lines: list[str]) -> None:
    """Appends the lines in one write that is on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, "".join(f"{line}\n" for line in lines).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
