"""A network whose every address is this process: it answers all names with itself, hangs up, and counts who asked.

Run inside a network namespace of its own: `unshare -n python -m tests.hostile.sinkhole COUNT_FILE COMMAND…`. Loopback is
the only interface there and every address is local to it, so that whatever leaves the machine elsewhere arrives here.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

HERE = "203.0.113.7"  # of a range for documentation (RFC 5737): what every name resolves to
PORTS = (80, 443, 8080, 8443)


def main() -> int:
    count_file, command = Path(sys.argv[1]), sys.argv[2:]
    for setting in (["link", "set", "lo", "up"], ["route", "add", "local", "default", "dev", "lo"]):
        subprocess.run(["ip", *setting], check=True)
    attempts: list[str] = []
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("0.0.0.0", 53))
    threading.Thread(target=_answer_names, args=(names, attempts), daemon=True).start()
    for port in PORTS:
        listener = socket.create_server(("0.0.0.0", port))
        threading.Thread(target=_hang_up, args=(listener, port, attempts), daemon=True).start()
    status = subprocess.run(command, check=False).returncode
    count_file.write_text("\n".join(attempts))
    return status


def _answer_names(server: socket.socket, attempts: list[str]) -> None:
    while True:
        question, asker = server.recvfrom(4096)
        name, at = [], 12
        while length := question[at]:
            name.append(question[at + 1 : at + 1 + length].decode(errors="replace"))
            at += length + 1
        attempts.append(f"name {'.'.join(name)}")
        is_ipv4 = question[at + 1 : at + 3] == b"\x00\x01"
        head = question[:2] + b"\x81\x80" + question[4:6] + struct.pack(">HHH", is_ipv4, 0, 0)
        answer = b"\xc0\x0c\x00\x01\x00\x01" + struct.pack(">IH", 1, 4) + socket.inet_aton(HERE) if is_ipv4 else b""
        server.sendto(head + question[12 : at + 5] + answer, asker)


def _hang_up(listener: socket.socket, port: int, attempts: list[str]) -> None:
    while True:
        connection, _ = listener.accept()
        attempts.append(f"connection to port {port}")
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
