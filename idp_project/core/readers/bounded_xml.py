"""XML of strangers as a tree of plain values, by expat, within bounds. Child of a sandbox only.

A document type is refused whatever it holds, so that no entity, no file and no address outside is ever followed; what it
tried is named. A tree is `{"names": [[namespace, local name], …], "root": node}`, a node is
`[index of its name, {attribute: value}, text, [node, …]]`; text is without white space at both ends.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from idp_project.core.files.errors import XML_BROKEN, XML_TOO_DEEP, XML_TOO_MANY_NODES, ParseFailure, SandboxCode

MOST_BYTES = 32 * 2**20
MOST_NODES = 400_000
MOST_DEPTH = 64
_CHUNK = 2**16
_SEPARATOR = "\x1f"  # no name and no namespace has it

Node = list[Any]
Tree = dict[str, Any]


def parse_xml(data: bytes) -> Tree:
    """Raises ParseFailure xml_too_large, xml_external_entity, xml_entities, xml_with_dtd, damaged."""
    if len(data) > MOST_BYTES:
        raise ParseFailure(SandboxCode.XML_TOO_LARGE)
    builder = _Builder()
    try:
        for start in range(0, len(data), _CHUNK):
            builder.parser.Parse(data[start : start + _CHUNK], False)
        builder.parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise ParseFailure(SandboxCode.DAMAGED, XML_BROKEN(line=builder.parser.ErrorLineNumber or 1)) from error
    return {"names": [list(name) for name in builder.names], "root": builder.root}


def _attribute(name: str) -> str:
    """`{namespace}local`, or the local name alone where it has no namespace."""
    namespace, _, local = name.rpartition(_SEPARATOR)
    return f"{{{namespace}}}{local}" if namespace else local


class _Builder:
    """Takes what expat finds, and ends it by a named failure where a bound is passed."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str], int] = {}
        self.root: Node = []
        self._open: list[Node] = []
        self._texts: list[list[str]] = []
        self._count = 0
        self.parser = expat.ParserCreate(None, _SEPARATOR)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.EndDoctypeDeclHandler = self._end_of_doctype
        self.parser.ExternalEntityRefHandler = self._outside
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1 + len(attributes)
        if self._count > MOST_NODES:
            raise ParseFailure(SandboxCode.XML_TOO_LARGE, XML_TOO_MANY_NODES(most=MOST_NODES))
        if len(self._open) >= MOST_DEPTH:
            raise ParseFailure(SandboxCode.XML_TOO_LARGE, XML_TOO_DEEP(most=MOST_DEPTH))
        named = {_attribute(key): value for key, value in attributes.items()}
        namespace, _, local = name.rpartition(_SEPARATOR)
        node: Node = [self.names.setdefault((namespace, local), len(self.names)), named, "", []]
        if self._open:
            self._open[-1][3].append(node)
        else:
            self.root = node
        self._open.append(node)
        self._texts.append([])

    def _end(self, _name: str) -> None:
        self._open.pop()[2] = "".join(self._texts.pop()).strip()

    def _text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    @staticmethod
    def _doctype(_name: str, system: str | None, public: str | None, _has_subset: bool) -> None:
        if system or public:
            raise ParseFailure(SandboxCode.XML_EXTERNAL_ENTITY)

    @staticmethod
    def _entity(
        _name: str, _is_parameter: bool, _value: str | None, _base: str | None, system: str | None, *_more: str | None
    ) -> None:
        raise ParseFailure(SandboxCode.XML_EXTERNAL_ENTITY if system else SandboxCode.XML_ENTITIES)

    @staticmethod
    def _end_of_doctype() -> None:
        raise ParseFailure(SandboxCode.XML_WITH_DTD)

    @staticmethod
    def _outside(*_: str | None) -> int:
        raise ParseFailure(SandboxCode.XML_EXTERNAL_ENTITY)
