"""The rule server: a sandbox server whose children find Saxon and all rules compiled, and judge one e-invoice each.

It gives everything up before it starts Saxon, whose own thread would keep what it started with. All code is imported
before that: the user that the server becomes may be unable to read Python's own folder.
`python -m idp_project.core.isolation.rules.server --socket PATH`
"""

from __future__ import annotations

import contextlib
import encodings
import importlib
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from idp_project.core.isolation.privileges import drop_privileges, leave_network, readable_paths, restrict_files
from idp_project.core.isolation.rules.rule_sets import rule_sets
from idp_project.core.isolation.server import SandboxServer, ServerOptions, listening, options_parser, serve_requests
from idp_project.core.isolation.system_calls import READER_CALLS

if TYPE_CHECKING:
    from idp_project.core.isolation.rules.judging import Rules

_OWN_MAPS = Path("/proc/self/maps")  # Saxon's start looks there for its own image; of the server, not of its children
_OWN_USER = 65531  # not that of the other servers


class RuleSandboxServer(SandboxServer):
    """Loads the rules once; each child is a copy that has them."""

    rules: Rules

    def load(self) -> None:
        """Compiles every rule set: some three seconds of one core. Raises OSError and Saxon's own errors in the open."""
        from idp_project.core.isolation.rules.judging import Rules

        self.rules = Rules(rule_sets())
        self.rules.warm_up()

    def serve(
        self, request: bytes, descriptors: Sequence[int], server_pid: int, memory_pages: tuple[int, int]
    ) -> NoReturn:
        from idp_project.core.isolation.rules.child import serve_one

        serve_one(request, descriptors, self.options, server_pid, self.rules)


def _import_all() -> None:
    """Character sets too, which XML may name and a child could no longer load."""
    codecs = [f"encodings.{module.name}" for module in pkgutil.iter_modules(encodings.__path__)]
    for name in ("idp_project.core.isolation.rules.child", "idp_project.core.isolation.rules.judging", *codecs):
        with contextlib.suppress(*((ImportError, LookupError) if name in codecs else ())):
            importlib.import_module(name)


def _needed() -> list[Path]:
    """What the user that the server becomes has to be able to read."""
    specification = importlib.util.find_spec("saxonche")
    saxon = [Path(specification.origin)] if specification and specification.origin else []
    return [*saxon, *(rules.path for rules in rule_sets().values()), Path(__file__)]


def main(arguments: list[str]) -> int:
    parser = options_parser()
    parser.set_defaults(max_children=max(1, (os.cpu_count() or 1) // 2), user=_OWN_USER)
    options = ServerOptions(**vars(parser.parse_args(arguments)))
    server = RuleSandboxServer(listening(options.socket_path), options)
    isolation = leave_network(options.user)
    restrict_files(isolation, [*readable_paths(), _OWN_MAPS])
    _import_all()
    drop_privileges(isolation, options.user, _needed())
    server.load()
    serve_requests(server, isolation, READER_CALLS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
