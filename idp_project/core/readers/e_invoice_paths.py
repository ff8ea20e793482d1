"""How places in the XML of an e-invoice are written: prefixes of the standards, 1-based positions from the second step on."""

from __future__ import annotations

import re
from typing import Any

from idp_project.core.readers.bounded_xml import Node, Tree

_PREFIXES = (
    ("ReusableAggregateBusinessInformationEntity", "ram"),
    ("UnqualifiedDataType", "udt"),
    ("QualifiedDataType", "qdt"),
    ("CommonAggregateComponents-2", "cac"),
    ("CommonBasicComponents-2", "cbc"),
    ("CommonExtensionComponents-2", "ext"),
    ("CrossIndustryInvoice", "rsm"),
    ("CrossIndustryDocument", "rsm"),
    ("SCRDMCCBDACIOMessageStructure", "rsm"),
    ("schema:xsd:Invoice-2", "ubl"),
    ("schema:xsd:CreditNote-2", "cn"),
)
_STEP = re.compile(r"/(?:Q\{(?P<q>[^}]*)\}|\*:)?(?P<local>[\w.-]+|\*)(?P<rest>(?:\[[^\]]*\])*)")
_NAMESPACE = re.compile(r"namespace-uri\(\)\s*=\s*'([^']*)'")
_POSITION = re.compile(r"\[(\d+)\]")


def prefix_of(namespace: str) -> str:
    """ "" for one that no standard of e-invoices knows."""
    return next((prefix for part, prefix in _PREFIXES if part in namespace), "")


def step_name(namespace: str, local: str) -> str:
    prefix = prefix_of(namespace)
    return f"{prefix}:{local}" if prefix else local


def plain_location(location: str) -> str:
    """A location of SVRL, as ISO Schematron or SchXslt write it, in the one way of writing."""
    steps: list[str] = []
    for match in _STEP.finditer(location):
        found = _NAMESPACE.search(match["rest"])
        namespace = match["q"] or (found[1] if found else "")
        position = _POSITION.search(match["rest"])
        name = step_name(namespace, match["local"])
        steps.append(f"{name}[{position[1] if position else 1}]" if steps else name)
    return "".join(f"/{step}" for step in steps)


def plain_path(path: str, tree: Tree) -> str:
    """A path of libxml2, which writes `*[3]` for the third child of its parent, in the one way of writing; "" if it leads
    nowhere."""
    names: list[Any] = tree["names"]
    node: Node = tree["root"]
    steps = [step_name(*names[node[0]])]
    for step in path.strip("/").split("/")[1:]:
        name, _, rest = step.partition("[")
        children = [child for child in node[3] if name == "*" or names[child[0]][1] == name.rpartition(":")[2]]
        number = int(rest.rstrip("]")) if rest.rstrip("]").isdigit() else 1
        if not 1 <= number <= len(children):
            return "".join(f"/{step}" for step in steps)
        child = children[number - 1]
        same = [other for other in node[3] if other[0] == child[0]]
        steps.append(f"{step_name(*names[child[0]])}[{next(i for i, o in enumerate(same, 1) if o is child)}]")
        node = child
    return "".join(f"/{step}" for step in steps)
