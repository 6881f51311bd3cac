"""A preview that runs in this process and is asked over real sockets."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute

from bulletin.asked import Options
from bulletin.preview.guard import Hosts
from bulletin.preview.live import Change, Preview
from bulletin.preview.lookout import Lookout
from bulletin.preview.server import Closing, Server, bind, create_app
from bulletin.problem import Language
from tests.conftest import NOW, Root, wait_until

PATIENCE = 20  # seconds


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def facts(self) -> dict[str, Any]:
        """What the page brings for its script."""
        block = self.text.partition('id="bulletin-preview-facts">')[2].partition("</script>")[0]
        facts: dict[str, Any] = json.loads(block)
        return facts


@dataclass
class Served:
    """A preview that is served."""

    root: Root
    preview: Preview
    port: int
    changes: list[Change] = field(default_factory=list)
    blind: list[bool] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Got:
        """A request; _ stands for - in the name of a header."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        got = Got(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read())
        connection.close()
        return got

    def text(self, path: str) -> str:
        return self.ask(path).text

    def raw(self, request: bytes) -> bytes:
        """What comes back for bytes that no library would send."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as talking:
            talking.sendall(request)
            parts = []
            while part := talking.recv(65_536):
                parts.append(part)
        return b"".join(parts)

    @contextmanager
    def events(self, path: str) -> Iterator[Iterator[dict[str, Any]]]:
        """What the script of a page hears."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", f"/_bulletin/events?at={path}")
        answer = connection.getresponse()
        assert answer.headers["content-type"].startswith("text/event-stream")
        try:
            yield _facts(answer)
        finally:
            connection.close()

    def codes(self) -> list[str]:
        return [found.code for found in self.preview.now.problems]

    def wait_for(self, path: str, words: str) -> None:
        wait_until(lambda: words in self.text(path))


def _facts(answer: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
    while line := answer.readline():
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


def heard(events: Iterator[dict[str, Any]], wanted: Any) -> dict[str, Any]:
    """The first facts for which ``wanted`` is true."""
    return next(facts for facts in events if wanted(facts))


@contextmanager
def served(  # noqa: PLR0913 - what may differ between previews
    root: Root,
    *,
    host: str = "127.0.0.1",
    poll: bool = False,
    watched: bool = True,
    language: Language = Language.CHINESE,
    routes: Sequence[BaseRoute] = (),
    port: int = 0,
    **options: Any,
) -> Iterator[Served]:
    """Serve a root from threads of this process, at a fixed time."""
    given: dict[str, Any] = {"now": NOW} | options
    preview = Preview(root.path, Options(**given), language)
    preview.attempt()
    listening = bind("127.0.0.1", port)
    number = listening.getsockname()[1]
    site = Served(root, preview, number)
    closing, ready = Closing(), threading.Event()
    app = create_app(preview, Hosts(host, number), site.url, routes, closing)
    server = Server(app, closing, ready.set)
    lookout = Lookout((root.path / "content", root.path / "templates"), (root.path,), poll=poll)
    looking = threading.Thread(
        target=preview.run,
        args=(lookout, site.changes.append, lambda: site.blind.append(True)),
    )
    serving = threading.Thread(target=server.run, args=([listening],))
    serving.start()
    assert ready.wait(PATIENCE)
    if watched:
        lookout.start()
        looking.start()
    try:
        yield site
    finally:
        lookout.stop()
        if watched:
            looking.join(PATIENCE)
        lookout.close()
        server.should_exit = True
        serving.join(PATIENCE)
        listening.close()
        assert not serving.is_alive()
