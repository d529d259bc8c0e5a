"""What Bihuan reads from its environment, and what it says about a value that it cannot use."""

from pathlib import Path

import pytest

from bihuan import environment
from bihuan.environment import Environment
from bihuan.inputs import BadInput


def test_without_any_variable_everything_is_local() -> None:
    found = Environment.read({})
    assert (found.host, found.port) == ("127.0.0.1", 8000)
    assert (found.gateway_host, found.gateway_port, found.live_port) == ("127.0.0.1", 8008, 8001)
    assert (found.database_url, found.url, found.systems, found.trusted_proxies) == ("", "", (), ())
    assert (found.language, found.time_zone) == ("zh-hans", "Asia/Shanghai")


def test_a_checkout_keeps_its_data_beside_the_sources() -> None:
    assert Environment.read({}).home == Path(__file__).parent.parent / "var"


def test_an_installation_keeps_its_data_with_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setenv("HOME", "/home/wu_min")
    assert Environment.read({}).home == Path("/home/wu_min/.local/share/bihuan")


def test_values_are_read() -> None:
    found = Environment.read(
        {
            "BIHUAN_HOME": "/srv/bihuan",
            "BIHUAN_PORT": "80",
            "BIHUAN_SYSTEMS": "instruments, service",
            "BIHUAN_URL": "https://bihuan.example/",
            "BIHUAN_TRUSTED_PROXIES": "10.0.0.1 192.168.0.0/16",
        }
    )
    assert (found.home, found.port) == (Path("/srv/bihuan"), 80)
    assert found.systems == ("instruments", "service")
    assert found.url == "https://bihuan.example"
    assert found.trusted_proxies == ("10.0.0.1", "192.168.0.0/16")


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "database"
    secret.write_text("postgresql://wu_min:hush@db/bihuan\n", encoding="utf-8")
    assert Environment.read({"BIHUAN_DATABASE_URL_FILE": str(secret)}).database_url.endswith("@db/bihuan")


def test_an_empty_value_counts_as_unset() -> None:
    assert Environment.read({"BIHUAN_PORT": "", "BIHUAN_TIME_ZONE": " "}).port == 8000


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"BIHUAN_PORT": "web"}, "BIHUAN_PORT: 'web'"),
        ({"BIHUAN_LIVE_PORT": "70000"}, "BIHUAN_LIVE_PORT: '70000'"),
        ({"BIHUAN_TIME_ZONE": "Asia/Peking"}, "BIHUAN_TIME_ZONE: 'Asia/Peking'"),
        ({"BIHUAN_TIME_ZONE": "../zone"}, "BIHUAN_TIME_ZONE: '../zone'"),
        ({"BIHUAN_TRUSTED_PROXIES": "10.0.0.1,proxy"}, "BIHUAN_TRUSTED_PROXIES: 'proxy'"),
        ({"BIHUAN_URL_FILE": "/nowhere/url"}, "BIHUAN_URL_FILE: /nowhere/url cannot be read"),
        ({"BIHUAN_URL": "http://a", "BIHUAN_URL_FILE": "/b"}, "BIHUAN_URL and BIHUAN_URL_FILE"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(variables: dict[str, str], named: str) -> None:
    with pytest.raises(BadInput) as refused:
        Environment.read(variables)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)
