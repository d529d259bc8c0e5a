"""Everything that Bihuan reads from environment variables, in one place and without Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bihuan.inputs import BadInput

PREFIX = "BIHUAN_"
ZONE = "Asia/Shanghai"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Variables:
    """Read access to BIHUAN_NAME, or to the file that BIHUAN_NAME_FILE names; empty counts as unset."""

    environ: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        key = PREFIX + name
        direct, path = self.environ.get(key, "").strip(), self.environ.get(f"{key}_FILE", "")
        if direct and path:
            raise BadInput(f"{key} and {key}_FILE are both set: keep one")
        return direct or (content(f"{key}_FILE", path) if path else default)

    def port(self, name: str, default: int) -> int:
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
            raise BadInput(f"{PREFIX}{name}: {text!r} is not a port (1 to 65535)")
        return int(text)

    def words(self, name: str) -> tuple[str, ...]:
        """A list separated by commas or blanks."""
        return tuple(self.text(name).replace(",", " ").split())

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        text = self.text(name)
        if text not in choices:
            raise BadInput(f"{PREFIX}{name}: {text!r} is none of {', '.join(filter(None, choices))}")
        return text

    def networks(self, name: str) -> tuple[str, ...]:
        for word in self.words(name):
            try:
                ip_network(word, strict=False)
            except ValueError:
                raise BadInput(f"{PREFIX}{name}: {word!r} is not an address or network") from None
        return self.words(name)

    def zone(self) -> ZoneInfo:
        """The zone in which days are counted and instants shown."""
        name = self.text("TIME_ZONE", ZONE)
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BadInput(f"{PREFIX}TIME_ZONE: {name!r} is not a time zone, such as {ZONE}") from None

    def home(self) -> Path:
        text = self.text("HOME")
        return Path(text).expanduser().absolute() if text else default_home()


@dataclass(frozen=True, slots=True)
class Environment:
    home: Path
    database_url: str
    """Empty: SQLite in the data folder."""
    host: str
    port: int
    gateway_host: str
    gateway_port: int
    live_port: int
    systems: tuple[str, ...]
    """Names of the systems to run; none named: all."""
    language: str
    time_zone: str
    url: str
    """Where people reach the pages, without a slash at the end; empty: host and port."""
    trusted_proxies: tuple[str, ...]
    engine: str
    """What runs figures over many rows: empty or `embedded` for DuckDB, `spark://host:7077` for a cluster."""
    mail_host: str
    """Empty: no mail is sent."""
    mail_port: int
    mail_from: str
    mail_user: str
    mail_password: str
    mail_security: str
    """`starttls`, `tls`, or empty on a trusted network."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Environment":
        """Raises BadInput, naming the variable, when a value cannot be used."""
        of = Variables(environ)
        return cls(
            home=of.home(),
            database_url=of.text("DATABASE_URL"),
            host=of.text("HOST", "127.0.0.1"),
            port=of.port("PORT", 8000),
            gateway_host=of.text("GATEWAY_HOST", "127.0.0.1"),
            gateway_port=of.port("GATEWAY_PORT", 8008),
            live_port=of.port("LIVE_PORT", 8001),
            systems=of.words("SYSTEMS"),
            language=of.text("LANGUAGE", "zh-hans"),
            time_zone=of.zone().key,
            url=of.text("URL").rstrip("/"),
            trusted_proxies=of.networks("TRUSTED_PROXIES"),
            engine=of.text("ENGINE"),
            mail_host=of.text("MAIL_HOST"),
            mail_port=of.port("MAIL_PORT", 25),
            mail_from=of.text("MAIL_FROM", "bihuan@localhost"),
            mail_user=of.text("MAIL_USER"),
            mail_password=of.text("MAIL_PASSWORD"),
            mail_security=of.one_of("MAIL_SECURITY", ("", "starttls", "tls")),
        )


def content(variable: str, path: str) -> str:
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise BadInput(f"{variable}: {path} cannot be read: {reason}") from None


def default_home() -> Path:
    """`var` in a checkout, otherwise a folder of the user's own."""
    if (ROOT / "pyproject.toml").is_file():
        return ROOT / "var"
    return Path.home() / ".local" / "share" / "bihuan"
