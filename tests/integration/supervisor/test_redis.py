"""The embedded Valkey: a current version, whose account serves queues, scripts and channels and administers nothing."""

import pytest
import redis

from idp_project.operations.supervisor.environment import embedded_redis
from tests.integration.supervisor.conftest import Supervised

OLDEST = (9, 1, 2)  # older ones have known weaknesses in their scripts
COMMANDS = [
    *("CONFIG GET dir", "CONFIG SET dir /tmp", "DEBUG JMAP", "MODULE LIST", "SHUTDOWN NOSAVE", "REPLICAOF host 1"),
    *("ACL LIST", "FUNCTION LIST", "MONITOR", "SAVE", "BGSAVE", "FLUSHALL", "SWAPDB 0 1"),
    *("CLIENT KILL ID 1", "CLIENT PAUSE 1", "SLOWLOG GET", "LATENCY DOCTOR", "FAILOVER", "PSYNC a 1", "RESTORE k 0 x"),
]


@pytest.fixture
def client(supervised: Supervised) -> redis.Redis:
    return redis.Redis.from_url(embedded_redis(supervised.places, supervised.secrets)["REDIS_URL"])


def test_server_is_a_current_valkey(client: redis.Redis) -> None:
    server = client.info("server")
    assert server["server_name"] == "valkey"
    assert tuple(map(int, server["valkey_version"].split("."))) >= OLDEST


@pytest.mark.parametrize("command", COMMANDS)
def test_our_account_administers_nothing(client: redis.Redis, command: str) -> None:
    """Whether asked for directly or from a script."""
    words = command.split()
    with pytest.raises(redis.ResponseError, match=r"no permissions|not allowed"):
        client.execute_command(*words)
    with pytest.raises(redis.ResponseError, match=r"can't run|not allowed|permission"):
        client.eval("return redis.call(unpack(ARGV))", 0, *words)


def test_scripts_streams_and_channels_work(client: redis.Redis) -> None:
    assert client.eval("return redis.call('INCRBY', KEYS[1], ARGV[1])", 1, "count", 2) == 2
    assert client.xrange("stream", client.xadd("stream", {"a": "b"})) != []
    with client.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe("news")
        assert channel.get_message(timeout=5) is None
        assert client.publish("news", "rings") == 1
    assert [found["cmd"] for found in client.client_list()]


def test_nothing_comes_in_without_the_password(supervised: Supervised) -> None:
    stranger = redis.Redis(unix_socket_path=str(supervised.places.redis_socket))
    with pytest.raises(redis.AuthenticationError):
        stranger.ping()
