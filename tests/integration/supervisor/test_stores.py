"""Stores keep their data and survive what a crash leaves behind."""

import os
import shutil
import signal
import socket
import stat
from pathlib import Path

import psycopg
import pytest
import redis

from idp_project.operations.supervisor.environment import embedded_redis
from tests.integration.supervisor.conftest import Supervised, connect_soon, wait_until


def remember(supervised: Supervised, text: str) -> None:
    with psycopg.connect(supervised.addresses()["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def remembered(supervised: Supervised) -> list[str]:
    with connect_soon(supervised.addresses()["DATABASE_OWNER_URL"]) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM note").fetchall()]


def test_restart_keeps_the_data_and_clears_up(supervised: Supervised) -> None:
    remember(supervised, "kept over a restart")
    assert supervised.stop() == 0
    assert not supervised.processes()
    assert not list(supervised.places.postgres_sockets.iterdir())
    assert supervised.start() == "ready"
    assert "kept over a restart" in remembered(supervised)


def test_second_start_on_the_same_folder_is_refused(supervised: Supervised) -> None:
    second = Supervised(supervised.data)
    answer = second.start()
    assert answer.startswith(f"Already running on {supervised.data}")
    assert second.process and second.process.wait(10) == 1
    assert supervised.process and str(supervised.process.pid) in answer
    psycopg.connect(supervised.addresses()["DATABASE_URL"]).close()


def test_nothing_of_it_can_be_read_by_others(supervised: Supervised) -> None:
    places = supervised.places
    for path in (places.postgres_data, places.postgres_sockets, places.redis_folder, places.logs, places.secrets):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_killed_supervisor_leaves_nothing_and_the_next_recovers(supervised: Supervised) -> None:
    remember(supervised, "kept over a crash")
    supervised.kill()
    assert wait_until(lambda: not supervised.processes())
    (supervised.places.postgres_data / "postmaster.pid").write_text(f"{os.getpid()}\n{supervised.data}\n0\n5432\n")
    leave_socket(supervised.places.postgres_sockets / ".s.PGSQL.5432")
    (supervised.places.postgres_sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    supervised.places.redis_socket.unlink(missing_ok=True)
    leave_socket(supervised.places.redis_socket)
    assert supervised.start() == "ready"
    assert "kept over a crash" in remembered(supervised)


def leave_socket(path: Path) -> None:
    """A socket file that nobody listens on."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))


def test_dead_stores_are_started_again(supervised: Supervised) -> None:
    remember(supervised, "kept over a dead server")
    pid = int((supervised.places.postgres_data / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    client = redis.Redis.from_url(embedded_redis(supervised.places, supervised.secrets)["REDIS_URL"])
    os.kill(client.info("server")["process_id"], signal.SIGKILL)
    assert "kept over a dead server" in remembered(supervised)
    assert wait_until(lambda: answers(client))


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.mark.slow
def test_two_run_side_by_side(supervised: Supervised, short_folder: Path) -> None:
    other = Supervised(short_folder / "other")
    assert other.start() == "ready"
    remember(supervised, "only in the first")
    remember(other, "only in the second")
    assert "only in the second" not in remembered(supervised)
    assert remembered(other) == ["only in the second"]
    assert supervised.places.key != other.places.key
    assert other.stop() == 0
    assert "only in the first" in remembered(supervised)


@pytest.mark.slow
def test_a_long_path_gets_short_sockets(short_folder: Path) -> None:
    deep = Supervised(short_folder / ("long-name-" * 8) / ("long-name-" * 8) / "data")
    assert deep.start() == "ready"
    remember(deep, "deep")
    assert remembered(deep) == ["deep"]
    assert stat.S_IMODE(deep.places.postgres_sockets.stat().st_mode) == 0o700
    assert deep.stop() == 0
    assert not deep.places.run.exists()


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody else run the stores")
def test_root_keeps_closed_folders_closed(short_folder: Path) -> None:
    """Where the stores' account may not enter, they live elsewhere; no folder is opened for them."""
    closed = short_folder / "closed"
    closed.mkdir(mode=0o700)
    supervised = Supervised(closed / "data")
    assert supervised.start() == "ready"
    remember(supervised, "sheltered")
    home = supervised.places.home
    assert home.is_relative_to("/var/lib/idp")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert supervised.stop() == 0
    assert supervised.start() == "ready"
    assert remembered(supervised) == ["sheltered"]
    assert supervised.stop() == 0
    shutil.rmtree(home)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="root plays the ordinary user")
def test_an_ordinary_user_can_run_it(short_folder: Path) -> None:
    """As nobody, with the one right to read where this interpreter lives."""
    mine = short_folder / "ordinary"
    mine.mkdir()
    os.chown(mine, 65534, 65534)
    right = "+dac_read_search"
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", f"--inh-caps={right}"]
    supervised = Supervised(mine / "data", [*prefix, f"--ambient-caps={right}", f"--bounding-set=-all,{right}"])
    assert supervised.start() == "ready"
    remember(supervised, "ordinary")
    assert remembered(supervised) == ["ordinary"]
    assert supervised.places.postgres_data.stat().st_uid == 65534
    assert supervised.stop() == 0
    assert not supervised.processes()
