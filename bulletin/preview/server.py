"""Requests and answers: the application, and the server that runs it. Knows Starlette, uvicorn."""

from __future__ import annotations

import asyncio
import errno
import json
import re
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bulletin.preview import handbook, panel
from bulletin.preview.guard import ANY, App, Guard, Hosts, bracketed
from bulletin.preview.live import Preview
from bulletin.preview.pages import media_type
from bulletin.problem import CannotStartError, Problem, problem
from bulletin.text import FORBIDDEN, nfc, visible

GRACE = 1  # seconds that open requests get when we stop
BEAT = 10  # seconds between signs of life to a page that has nothing to hear
SEARCHED = 20  # ports after a taken one that are tried
LAST_PORT = 65_535


class BadAddressError(ValueError):
    """A path that no page can have."""


_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def read_path(raw: bytes) -> str:
    """The path of a request, decoded once, in NFC. Raises ``BadAddressError``.

    What could mean another path to someone else (``..``, a backslash, a percent sign left over)
    is refused, encoded or not.
    """
    text = raw.decode("latin-1")
    if not text.startswith("/") or not text.isascii() or _PERCENT.search(text):
        raise BadAddressError
    plain = re.sub(
        "%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text, flags=re.ASCII
    ).encode("latin-1")
    try:
        path = nfc(plain.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadAddressError from None
    segments = path.split("/")
    if (
        FORBIDDEN.search(path)
        or "\\" in path
        or {".", ".."} & set(segments)
        or "" in segments[1:-1]
    ):
        raise BadAddressError
    return path


# --- the application


class Closing:
    """Tells the open streams of events that the server stops."""

    def __init__(self) -> None:
        self.closed = False
        self._streams: set[asyncio.Event] = set()

    def add(self, stream: asyncio.Event) -> None:
        self._streams.add(stream)

    def discard(self, stream: asyncio.Event) -> None:
        self._streams.discard(stream)

    def close(self) -> None:
        """To be called in the server's own thread."""
        self.closed = True
        for stream in self._streams:
            stream.set()


def create_app(
    preview: Preview,
    hosts: Hosts,
    address: str,
    extra_routes: Sequence[BaseRoute] = (),
    closing: Closing | None = None,
) -> App:
    """The preview as an ASGI application.

    ``extra_routes`` come before our own, behind the same checks of host and origin; which
    methods one allows is its own affair. ``address`` is told to those who are refused.
    """
    closing = closing or Closing()

    async def page(request: Request) -> Response:
        try:
            path = read_path(request.scope["raw_path"])
        except BadAddressError:
            return _plain(400, "网址写得不对", "a malformed address")
        answer = await run_in_threadpool(preview.answer, path)
        if answer.location:
            query = request.url.query
            return RedirectResponse(answer.location + (f"?{query}" if query else ""), 302)
        return Response(answer.body, answer.status, media_type=answer.media_type)

    async def events(request: Request) -> Response:
        try:
            path = read_path(request.query_params.get("at", "/").encode("latin-1", "replace"))
        except BadAddressError:
            return _plain(400, "网址写得不对", "a malformed address")
        kind = "text/event-stream; charset=utf-8"
        if request.method == "HEAD":
            return Response(media_type=kind)
        return StreamingResponse(_events(preview, path, closing), media_type=kind)

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in panel.FILES:
            return _plain(404, "没有这个文件", "no such file")
        return Response(panel.FILES[name], media_type=media_type(name))

    async def manual(request: Request) -> Response:
        path = request.path_params.get("path", "")
        kind, status, body = await run_in_threadpool(handbook.answer, path, preview.language)
        return Response(body, status, media_type=kind)

    routes = [
        *extra_routes,
        Route(f"{panel.OWN}events", events),
        Route(f"{panel.OWN}handbook", lambda _: RedirectResponse(f"{panel.OWN}handbook/")),
        Route(f"{panel.OWN}handbook/{{path:path}}", manual),
        Route(f"{panel.OWN}{{name}}", file),
        Route("/{path:path}", page),
    ]
    return Guard(Starlette(routes=routes), hosts, address)


def _plain(status: int, zh: str, en: str) -> Response:
    return PlainTextResponse(f"{zh}\n{en}\n", status)


async def _events(preview: Preview, path: str, closing: Closing) -> AsyncIterator[str]:
    """What the script of the page at ``path`` is to know: at once, and whenever it changes."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        with suppress(RuntimeError):  # the server has ended
            loop.call_soon_threadsafe(changed.set)

    closing.add(changed)
    try:
        with preview.listening(tell):
            said = ""
            yield "retry: 500\n\n"
            while not closing.closed:
                changed.clear()
                facts = await run_in_threadpool(preview.facts, path)
                told = json.dumps(facts, ensure_ascii=False)
                if told != said:
                    yield f"data: {told}\n\n"
                    said = told
                if closing.closed:
                    return
                try:
                    await asyncio.wait_for(changed.wait(), BEAT)
                except TimeoutError:
                    yield ": \n\n"
    finally:
        closing.discard(changed)


# --- the server


class Server(uvicorn.Server):
    """uvicorn, that closes the streams of events first when it stops."""

    def __init__(self, app: App, closing: Closing, opened: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        super().__init__(config)
        self._closing, self._opened = closing, opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._opened()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing.close()
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises ``CannotStartError`` that says what to do instead."""
    try:
        return _listen(host, port)
    except UnicodeError as error:  # a name that is none
        raise CannotStartError([_fault(host, port, OSError(errno.EINVAL, str(error)))]) from error
    except OSError as error:
        raise CannotStartError([_fault(host, port, error)]) from error


def _listen(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, where = found[0]
    return socket.create_server(where[:2], family=family)


def _fault(host: str, port: int, error: OSError) -> Problem:
    if error.errno == errno.EADDRINUSE:
        free = free_port(host, port)
        again = f"python build.py serve --port {free}" if free else "python build.py serve --port 0"
        return problem("B820", "serve", port=str(port), command=again)
    reason = visible(error.strerror or str(error))
    return problem("B821", "serve", host=visible(host), port=str(port), reason=reason)


def free_port(host: str, after: int) -> int | None:
    """A port near ``after`` on which nobody listens."""
    for port in range(after + 1, min(after + SEARCHED, LAST_PORT) + 1):
        with suppress(OSError), _listen(host, port):
            return port
    return None


def addresses(host: str, port: int) -> tuple[str, str | None]:
    """What to open on this machine, and on others of the same network where that is possible."""
    number = "" if port == 80 else f":{port}"  # noqa: PLR2004 - that of http
    if host not in ANY:
        return f"http://{bracketed(host)}{number}/", None
    near = _own_address()
    return f"http://127.0.0.1{number}/", f"http://{near}{number}/" if near else None


def _own_address() -> str | None:
    """The address of this machine in its network; nothing is sent to find it."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("192.0.2.1", 9))  # an address that belongs to nobody
        return str(asking.getsockname()[0])
    return None
