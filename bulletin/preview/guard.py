"""Who may ask the preview: nobody but a browser on a page of the preview itself.

A page of another site that the same browser shows can send requests to this machine, and a name
of its own that it lets point here (DNS rebinding) would make it read the answers: drafts, and
what editing offers. So the name asked for must be one of ours, and so must the origin.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
ANY = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, never bound
DEFAULT_PORT = 80
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"same-origin"),
)


class Hosts:
    """The names that requests may use: those of this machine, and the one asked for."""

    def __init__(self, host: str, port: int) -> None:
        self._port = port
        self._names = set(LOCAL)
        # An address cannot be made to point elsewhere, so any will do where all are served.
        self._all_addresses = host in ANY
        if self._all_addresses:
            own = socket.gethostname().lower()
            self._names |= {own, f"{own}.local"}
        else:
            self._names.add(bracketed(host).lower())

    def allows(self, host: str) -> bool:
        """Whether a Host header (name and port) is ours."""
        name, port = _parted(host.strip().lower())
        if port != self._port:
            return False
        return name in self._names or (self._all_addresses and _is_address(name))

    def allows_origin(self, origin: str) -> bool:
        """Whether an Origin header is that of a page of ours."""
        scheme, mark, host = origin.strip().partition("://")
        return scheme == "http" and bool(mark) and self.allows(host)


def bracketed(host: str) -> str:
    """A host as it stands in an address: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _parted(host: str) -> tuple[str, int]:
    """Name and port; -1 for what is no port."""
    name, mark, port = host.rpartition(":")
    if not mark or host.endswith("]"):
        return host, DEFAULT_PORT
    return name, int(port) if port.isascii() and port.isdecimal() else -1


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


class Guard:
    """Refuses what is not ours, and says to browsers how to treat every answer."""

    def __init__(self, app: App, hosts: Hosts, address: str) -> None:
        self._app, self._hosts, self._address = app, hosts, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        if len(hosts) != 1 or not self._hosts.allows(hosts[0]):
            await self._refuse(send, 421)
        elif not all(self._hosts.allows_origin(origin) for origin in origins):
            await self._refuse(send, 403)
        else:
            await self._app(scope, receive, _with_headers(send))

    async def _refuse(self, send: Send, status: int) -> None:
        text = f"请直接打开 {self._address} 。\nOpen {self._address} itself.\n".encode()
        start = {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(text)).encode()),
                (b"connection", b"close"),
                *_HEADERS,
            ],
        }
        await send(start)
        await send({"type": "http.response.body", "body": text})


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            said = {name.lower() for name, _ in message.get("headers", ())}
            more = [header for header in _HEADERS if header[0] not in said]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sending
