"""Nodes of the tree that the sandbox gives, with their places as XPath; elements are recognised by their local names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from documents.domain.e_invoice.model import Day, Identifier, Number, Sourced, Text, Unreadable

_PREFIXES = (
    ("CrossIndustryInvoice", "rsm"),
    ("CrossIndustryDocument", "rsm"),
    ("SCRDMCCBDACIOMessageStructure", "rsm"),
    ("ReusableAggregateBusinessInformationEntity", "ram"),
    ("UnqualifiedDataType", "udt"),
    ("QualifiedDataType", "qdt"),
    ("CommonAggregateComponents", "cac"),
    ("CommonBasicComponents", "cbc"),
    ("CommonExtensionComponents", "ext"),
    ("Invoice", "ubl"),
    ("CreditNote", "cn"),
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_DAY_FORMS = (re.compile(r"(\d{4})(\d{2})(\d{2})"), re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[TZ+-].*)?"))
_MOST_DIGITS = 40


@dataclass(frozen=True)
class XmlNode:
    """One element. `names` are those of the tree, `unreadable` takes what is no number and no day."""

    names: list[tuple[str, str]]
    node: list[Any] | None
    path: str
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def empty(self) -> XmlNode:
        """An element that is not there: it has nothing in it."""
        return XmlNode(self.names, None, self.path, self.unreadable)

    @cached_property
    def children(self) -> list[XmlNode]:
        found, counts = [], dict[int, int]()
        for child in self.node[3] if self.node else ():
            counts[child[0]] = counts.get(child[0], 0) + 1
            name = _qualified(*self.names[child[0]])
            path = f"{self.path}/{name}[{counts[child[0]]}]"
            found.append(XmlNode(self.names, child, path, self.unreadable))
        return found

    @property
    def is_known(self) -> bool:
        """Whether its namespace is one of the standards: an element of somebody's own under a known name says nothing."""
        return self.node is not None and bool(_prefix(self.names[self.node[0]][0]))

    @property
    def local(self) -> str:
        return self.names[self.node[0]][1] if self.node else ""

    def all(self, path: str) -> list[XmlNode]:
        """The elements at `A/B|C`: at each step one of the local names."""
        found = [self]
        for step in path.split("/"):
            wanted = step.split("|")
            found = [child for each in found for child in each.children if child.is_known and child.local in wanted]
        return found

    def first(self, path: str) -> XmlNode | None:
        return next(iter(self.all(path)), None)

    def child(self, path: str) -> XmlNode:
        """The first one, or an element that is not there."""
        return self.first(path) or self.empty

    def attribute(self, name: str) -> str:
        return str(self.node[1].get(name, "")) if self.node else ""

    def attribute_as_text(self, name: str) -> Text | None:
        value = self.attribute(name).strip()
        return Sourced(value, value, f"{self.path}/@{name}") if value else None

    def attribute_as_count(self, name: str) -> int | None:
        value = self.attribute(name)
        return int(value) if value.isdecimal() else None

    @property
    def content(self) -> str:
        return str(self.node[2] or "").strip() if self.node else ""

    def value_of(self, path: str) -> str:
        """The text at a path, "" for one that does not exist."""
        found = self.first(path)
        return found.content if found else ""

    def text(self, path: str) -> Text | None:
        found = next((each for each in self.all(path) if each.content), None)
        return Sourced(found.content, found.content, found.path) if found else None

    def identifier(self, path: str) -> Identifier | None:
        return next(self._identifiers(path), None)

    def identifiers(self, path: str) -> tuple[Identifier, ...]:
        return tuple(self._identifiers(path))

    def _identifiers(self, path: str) -> Iterator[Identifier]:
        for each in self.all(path):
            if each.content:
                yield Identifier(each.content, each.content, each.path, each.attribute("schemeID"))

    def number(self, path: str, term: str) -> Number | None:
        found = next((each for each in self.all(path) if each.content), None)
        return found.as_number(term) if found else None

    def as_number(self, term: str) -> Number | None:
        raw = self.content
        try:
            if raw and len(raw) <= _MOST_DIGITS and _NUMBER.fullmatch(raw):
                return Sourced(Decimal(raw), raw, self.path)
        except InvalidOperation:
            pass
        self._note_unreadable(term, raw)
        return None

    def day(self, path: str, term: str) -> Day | None:
        """CCYYMMDD (UN/EDIFACT 102) or ISO 8601."""
        found = next((each for each in self.all(path) if each.content), None)
        if found is None:
            return None
        for form in _DAY_FORMS:
            if match := form.fullmatch(found.content):
                try:
                    return Sourced(date(*map(int, match.groups())), found.content, found.path)
                except ValueError:
                    break
        found._note_unreadable(term, found.content)
        return None

    def _note_unreadable(self, term: str, raw: str) -> None:
        if raw:
            self.unreadable.append(Unreadable(term, raw, self.path))


def node_of(tree: Mapping[str, Any]) -> XmlNode:
    """The root."""
    names = [(str(namespace), str(local)) for namespace, local in tree["names"]]
    return XmlNode(names, tree["root"], f"/{_qualified(*names[tree['root'][0]])}")


def _prefix(namespace: str) -> str:
    return next((short for sign, short in _PREFIXES if f":{sign}" in namespace or f"{sign}-" in namespace), "")


def _qualified(namespace: str, local: str) -> str:
    prefix = _prefix(namespace)
    return f"{prefix}:{local}" if prefix else local
