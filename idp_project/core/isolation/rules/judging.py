"""Rules against an e-invoice by Saxon: what each broken rule says, and where. Child of the rule server only."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor, PyXsltExecutable

from idp_project.core.files.errors import ParseFailure, SandboxCode
from idp_project.core.isolation.rules.rule_sets import RuleSet
from idp_project.core.readers.bounded_xml import Tree
from idp_project.core.readers.e_invoice_paths import plain_location
from idp_project.core.readers.e_invoice_schema import to_element

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_RULE = re.compile(r"\[?\b((?:BR|CII|UBL|PEPPOL|FX|SR)-[A-Z0-9a-z-]*\d[A-Za-z0-9-]*)\b\]?")
_MOST_MESSAGES = 200
_LONGEST_TEXT = 1000
_ERROR = "error"
_FLAGS = {"fatal": _ERROR, "error": _ERROR, "warning": "warning", "warn": "warning"}
_FLAGS |= {"information": "information", "info": "information"}


_CII = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_EMPTY = f'<i:CrossIndustryInvoice xmlns:i="{_CII}"/>'
_EMPTY_UBL = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'
_ORDER = "urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100"
_EMPTY_ORDER = f'<i:SCRDMCCBDACIOMessageStructure xmlns:i="{_ORDER}"/>'


class Rules:
    """The compiled rules of a process. Made once, before the first fork: each child finds them ready."""

    def __init__(self, sets: Mapping[str, RuleSet]) -> None:
        self.processor = PySaxonProcessor(license=False)
        self.compiled: dict[str, PyXsltExecutable] = {name: self._compile(rules) for name, rules in sets.items()}

    def _compile(self, rules: RuleSet) -> PyXsltExecutable:
        compiler = self.processor.new_xslt30_processor()
        if rules.path.suffix == ".gz":
            return compiler.compile_stylesheet(stylesheet_text=rules.text().decode())
        return compiler.compile_stylesheet(stylesheet_file=str(rules.path))  # it looks for code lists beside itself

    def warm_up(self) -> None:
        """Runs every rule set once, on an invoice of our own that says nothing."""
        for name, compiled in self.compiled.items():
            root = _EMPTY_ORDER if name.startswith("order") else _EMPTY_UBL if name.endswith("ubl") else _EMPTY
            compiled.transform_to_string(xdm_node=self.processor.parse_xml(xml_text=root))

    def judge(self, tree: Tree, names: list[str]) -> list[dict[str, str]]:
        """At most 200 messages, broken rules first: `rule`, `flag` (error, warning, information), `text`, `path`, `rules` (the
        set).

        Raises ParseFailure damaged where Saxon cannot read the invoice.
        """
        content = etree.tostring(to_element(tree), encoding="unicode")
        try:
            node = self.processor.parse_xml(xml_text=content)
            answers = ((name, self.compiled[name].transform_to_string(xdm_node=node) or "") for name in names)
            return errors_first({**message, "rules": name} for name, answer in answers for message in _messages(answer))
        except PySaxonApiError as error:
            raise ParseFailure(SandboxCode.DAMAGED) from error


def errors_first(messages: Iterable[dict[str, str]], most: int = _MOST_MESSAGES) -> list[dict[str, str]]:
    """Warnings, of whichever set, leave no error out. No more is read once there are errors enough."""
    errors: list[dict[str, str]] = []
    others: list[dict[str, str]] = []
    for message in messages:
        kept = errors if message["flag"] == _ERROR else others
        if len(kept) < most:
            kept.append(message)
        if len(errors) == most:
            break
    return [*errors, *others][:most]


def _messages(svrl: str) -> Iterator[dict[str, str]]:
    for _, element in etree.iterparse(io.BytesIO(svrl.encode()), events=("end",), huge_tree=True):
        if element.tag in (f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
            yield _message(element)
        if element.tag in (f"{_SVRL}failed-assert", f"{_SVRL}successful-report", f"{_SVRL}fired-rule"):
            element.clear()


def _message(element: Any) -> dict[str, str]:
    text = " ".join("".join(element.itertext(f"{_SVRL}text", *_INLINE)).split())
    identifier = element.get("id", "")
    named = _RULE.match(text)
    if named and not identifier.startswith(("BR-", "CII-", "UBL-", "PEPPOL-")):
        identifier = named[1]  # Factur-X numbers its assertions and names the rule in the text
    flag = element.get("flag") or element.get("role") or "fatal"
    return {
        "rule": identifier[:40] or "structure",
        "flag": _FLAGS.get(flag.lower(), _ERROR),
        "text": text[:_LONGEST_TEXT],
        "path": plain_location(element.get("location", "")),
    }


_INLINE = (f"{_SVRL}emph", f"{_SVRL}dir", f"{_SVRL}span")
