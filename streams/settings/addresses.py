"""Broker addresses: `host:port`, separated by commas, as `kafka.bootstrap_servers` has them."""

import re

DEFAULT_PORT = 9092
MAX_PORT = 65_535

_ADDRESS = re.compile(r"(?P<host>[\w.-]+|\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\])(?::(?P<port>[0-9]{1,5}))?")


def parse_addresses(servers: str) -> list[tuple[str, int]]:
    """Return host and port of every address; the port may be left out, and IPv6 addresses are in brackets.

    Raises
    ------
    ValueError
        If one has another form, such as a URL, or if there is none.

    Examples
    --------
    >>> parse_addresses("one:9092, [::1]:9093, two")
    [('one', 9092), ('::1', 9093), ('two', 9092)]
    >>> parse_addresses("PLAINTEXT://one:9092")
    Traceback (most recent call last):
    ValueError: 'PLAINTEXT://one:9092' is not of the form host:port, such as 127.0.0.1:9092 (several: one:9092,two:9092)
    """
    named = [each.strip() for each in servers.split(",") if each.strip()]
    if not named:
        raise ValueError("it names no broker: give host:port, such as 127.0.0.1:9092")
    return [_parse(each) for each in named]


def format_address(host: str, port: int) -> str:
    """Return an address as URLs and messages have it, with an IPv6 host in brackets.

    >>> format_address("::1", 9108), format_address("127.0.0.1", 9108)
    ('[::1]:9108', '127.0.0.1:9108')
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _parse(server: str) -> tuple[str, int]:
    match = _ADDRESS.fullmatch(server)
    port = DEFAULT_PORT if match is None or match["port"] is None else int(match["port"])
    if match is None or not 0 < port <= MAX_PORT:
        raise ValueError(
            f"{server!r} is not of the form host:port, such as 127.0.0.1:9092 (several: one:9092,two:9092)"
        )
    return match["host"].removeprefix("[").removesuffix("]"), port
