"""The editing page /admin/ of the preview: Decap CMS, and the proxy that it talks to.

The program itself is not ours and not in the repository: ``make cms`` fetches it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bulletin.basis import PROJECT
from bulletin.cmsentry import RefusedError
from bulletin.preview.desk import API, Desk
from bulletin.problem import BulletinError, Language, Problem, problem

INSTALLED = PROJECT / ".cache" / "cms"
SCRIPT = "decap-cms.js"
ADMIN = "/admin/"
MAX_REQUEST = 48_000_000  # bytes; a picture of 35 MB in base64
_OWN = Path(__file__).parent
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CONTENT_TYPES = {".js": "text/javascript", ".wasm": "application/wasm", ".txt": "text/plain"}


def routes(root: Path, installed: Path = INSTALLED) -> list[Route]:
    """The editing page, its program, its configuration, and what it talks to."""
    admin = _Admin(Desk(root), installed)
    return [
        Route(ADMIN.rstrip("/"), admin.away),
        Route(ADMIN, admin.page),
        Route(f"{ADMIN}config.yml", admin.config),
        Route(f"{ADMIN}start.js", admin.script),
        Route(f"{ADMIN}cms/{{name}}", admin.program),
        Route(API, admin.api, methods=["POST"]),
        Route(f"{API}/name", admin.name, methods=["POST"]),
    ]


class _Admin:
    """Requests and answers."""

    def __init__(self, desk: Desk, installed: Path) -> None:
        self.desk, self.installed = desk, installed

    async def away(self, request: Request) -> Response:
        return RedirectResponse(ADMIN)

    async def page(self, request: Request) -> Response:
        if not (self.installed / SCRIPT).is_file():
            return FileResponse(_OWN / "admin-missing.html", 503)
        return FileResponse(_OWN / "admin.html")

    async def script(self, request: Request) -> Response:
        return FileResponse(_OWN / "admin.js", media_type="text/javascript")

    async def config(self, request: Request) -> Response:
        try:
            made = await run_in_threadpool(self.desk.config)
        except BulletinError as error:
            return _refusal(error.problems[0])
        return Response(json.dumps(made, ensure_ascii=False), media_type="text/yaml")

    async def program(self, request: Request) -> Response:
        name = request.path_params["name"]
        file = self.installed / name
        if not _PLAIN_NAME.fullmatch(name) or not file.is_file():
            return Response("没有这个文件 no such file", 404, media_type="text/plain")
        kind = _CONTENT_TYPES.get(file.suffix, "application/octet-stream")
        return Response(await run_in_threadpool(file.read_bytes), media_type=kind)

    async def api(self, request: Request) -> Response:
        return await _api(self.desk, request)

    async def name(self, request: Request) -> Response:
        said = await _json(request)
        if isinstance(said, Response):
            return said
        return JSONResponse(await run_in_threadpool(self.desk.name, said))


async def _api(desk: Desk, request: Request) -> Response:
    said = await _json(request)
    if isinstance(said, Response):
        return said
    action, params = str(said.get("action")), said.get("params") or {}
    try:
        return JSONResponse(await run_in_threadpool(desk.answer, action, params))
    except RefusedError as refused:
        return _refusal(refused.problem)
    except BulletinError as error:
        return _refusal(error.problems[0])
    except OSError as error:
        return _refusal(problem("B842", "content", reason=error.strerror or str(error)))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return JSONResponse({"error": f"不认识的请求 not understood: {error!r}"}, 422)


async def _json(request: Request) -> dict[str, Any] | Response:
    """What a page of ours sent. Others can send forms and plain texts from afar, but no JSON."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        return JSONResponse({"error": "不是这里的页面 another origin"}, 403)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return JSONResponse({"error": "要 JSON; JSON is needed"}, 415)
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > MAX_REQUEST:
                return JSONResponse({"error": "太大了，先把图片缩小 too large"}, 413)
    except ClientDisconnect:
        return Response(status_code=400)
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else JSONResponse({"error": "not JSON"}, 400)


def _refusal(found: Problem) -> Response:
    """What the page shows in a box: the sentence and the cure."""
    sentence, cure = found.sentence(Language.CHINESE), found.cure(Language.CHINESE)
    return JSONResponse({"error": f"{found.path}：{sentence}。{cure}。（{found.code}）"}, 409)
