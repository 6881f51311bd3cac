"""``serve``: the preview."""

from __future__ import annotations

import argparse
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from bulletin.commands.options import (
    Arguments,
    Parsers,
    add_base_url,
    add_now,
    add_parser,
    language,
)
from bulletin.commands.told import say, show, watcher
from bulletin.problem import BulletinError, Exit, problem

if TYPE_CHECKING:  # imported by ``run``: --help has to answer at once
    from socket import socket

    from bulletin.preview.live import Change, Preview
    from bulletin.preview.lookout import Lookout

HIGHEST_PORT = 65_535
NAMED = 3  # changed files that a line names


def add(commands: Parsers) -> None:
    parser = add_parser(
        commands,
        "serve",
        help="预览：边写边看，草稿也在，问题显示在网页上 (preview with live reload)",
        description="在浏览器里预览网站：保存稿件，网页自己更新；草稿和未到时间的也在；"
        "稿件的问题显示在网页上。不动 site/。按 Ctrl-C 停止。"
        " Preview the site while you write; nothing is written to site/.",
        epilog="例 Example:  python build.py serve --open",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="HOST",
        help="在哪个地址上，默认 127.0.0.1，只有本机能看；0.0.0.0 让同一网络里的手机也能看"
        " (address to serve on; 0.0.0.0: for the whole network)",
    )
    parser.add_argument(
        "--port",
        type=port,
        default=8000,
        metavar="N",
        help="端口，默认 8000；0 是随便一个空着的 (port; 0: any that is free)",
    )
    parser.add_argument("--open", action="store_true", help="打开浏览器 (open the browser)")
    parser.add_argument(
        "--poll",
        action="store_true",
        help="不靠系统通知，定时查看文件，供网络硬盘用 (look at files by the clock, for network drives)",
    )
    add_base_url(parser)
    add_now(parser)
    parser.set_defaults(format="text")


def port(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal()) or int(typed) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"要写 0 到 {HIGHEST_PORT} 的整数，不是 {typed!r}")
    return int(typed)


def run(arguments: Arguments) -> int:
    from bulletin.asked import Options  # noqa: PLC0415 - --help has to answer at once
    from bulletin.preview.live import Preview  # noqa: PLC0415 - likewise
    from bulletin.preview.server import bind  # noqa: PLC0415 - likewise

    asked = Options(base_url=arguments.base_url, drafts=True, now=arguments.now)
    root = arguments.root.absolute()
    try:
        preview = Preview(root, asked, language(arguments))
        listening = bind(arguments.host, arguments.port)
    except BulletinError as error:
        show(error.problems, None, arguments)
        return error.exit
    with listening:
        # The first look is spread over the cores, which has to be done before there are threads.
        first = preview.attempt(None, watcher(arguments))
        try:
            _serve(preview, listening, first, arguments)
        except KeyboardInterrupt:
            say("预览已停止", "preview stopped", arguments)
            return Exit.INTERRUPTED
    return Exit.DONE


def _serve(preview: Preview, listening: socket, first: Change | None, arguments: Arguments) -> None:
    from bulletin.basis import PROJECT  # noqa: PLC0415 - as in ``run``
    from bulletin.preview.cms import routes  # noqa: PLC0415 - likewise
    from bulletin.preview.guard import Hosts  # noqa: PLC0415 - likewise
    from bulletin.preview.lookout import Lookout  # noqa: PLC0415 - likewise
    from bulletin.preview.server import (  # noqa: PLC0415 - likewise
        Closing,
        Server,
        addresses,
        create_app,
    )

    number = listening.getsockname()[1]
    address, near = addresses(arguments.host, number)
    address += preview.base.removeprefix("/")
    root = preview.root
    lookout = Lookout(
        (root / "content", root / "templates", PROJECT / "templates"),
        (root, PROJECT / "content"),
        poll=arguments.poll,
    )

    def opened() -> None:
        _tell_start(address, near, first, arguments)
        if not lookout.start():
            _tell_blind(arguments)
        thread.start()
        if arguments.open:
            Thread(target=_open, args=(address,), daemon=True).start()

    thread = _looking(preview, lookout, arguments)
    closing = Closing()
    hosts = Hosts(arguments.host, number)
    app = create_app(preview, hosts, address, routes(root), closing)
    try:
        Server(app, closing, opened).run(sockets=[listening])
    finally:
        lookout.stop()
        if thread.is_alive():
            thread.join(1)
        lookout.close()


def _looking(preview: Preview, lookout: Lookout, arguments: Arguments) -> Thread:
    def told(change: Change) -> None:
        _tell_change(change, arguments)

    def blind() -> None:
        _tell_blind(arguments)

    return Thread(target=preview.run, args=(lookout, told, blind), daemon=True, name="looking")


def _open(address: str) -> None:
    import webbrowser  # noqa: PLC0415 - only where it is asked for

    with suppress(webbrowser.Error):
        webbrowser.open(address)


# --- what is told


def _tell_start(address: str, near: str | None, first: Change | None, arguments: Arguments) -> None:
    say(f"预览：{address}", f"preview: {address}", arguments)
    if near:
        say(
            f"同一网络里的手机打开：{near} （草稿也看得到，用完就停下）",
            f"from this network: {near} (drafts can be seen, so stop it after use)",
            arguments,
        )
    if first and first.problems:
        said = _count(first, arguments)
        say(f"{said}，网页下方有说明", f"{said}, shown at the foot of each page", arguments)
    say(
        "保存稿件，网页会自己更新。按 Ctrl-C 停止。",
        "Save a file and the page updates itself. Ctrl-C stops.",
        arguments,
    )


def _tell_change(change: Change, arguments: Arguments) -> None:
    names = [name.removeprefix("content/") for name in change.files[:NAMED]]
    more = len(change.files) - len(names)
    seconds = f"{change.seconds:.1f}"
    zh = "改了 " + "、".join(names) if names else "更新了"
    en = "changed " + ", ".join(names) if names else "updated"
    zh += f" 等 {len(change.files)} 个文件" if more else ""
    en += f" and {more} more" if more else ""
    zh, en = f"{zh}，{seconds} 秒", f"{en}, {seconds} s"
    if change.problems:
        said = _count(change, arguments)
        zh, en = f"{zh}；{said}", f"{en}; {said}"
    say(zh, en, arguments)


def _count(change: Change, arguments: Arguments) -> str:
    from bulletin import report  # noqa: PLC0415 - as in ``run``

    return report.count(change.problems, language(arguments))


def _tell_blind(arguments: Arguments) -> None:
    show([problem("B822", "content")], None, arguments)
