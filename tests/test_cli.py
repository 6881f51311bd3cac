"""What the command line promises: exit statuses, formats, languages, and a log that obeys nobody."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bulletin import cli, report
from bulletin.commands import COMMANDS
from bulletin.problem import Exit, Language, problem
from tests.conftest import PROJECT, Root, item, public, tree, wait_until

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]
FIRST = "content/news/2024/08/2024-08-05-first.md"
AT = ("--now", "2026-01-01")
ESC, RLO, BELL = "\x1b", "\u202e", "\x07"


def main(root: Root, *arguments: str) -> int:
    """A command in this process; a bad option ends it, too."""
    try:
        return cli.main(["--root", str(root.path), *arguments])
    except SystemExit as end:
        return int(end.code or 0)


@pytest.fixture(autouse=True)
def same_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command takes SIGTERM for itself; and the locale is nobody's."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


# --- exit statuses


def test_status_0_when_the_site_is_built(root: Root) -> None:
    assert main(root, "build", *AT) == 0
    assert (root.site / "index.html").exists()


def test_no_command_means_build(root: Root) -> None:
    assert main(root, *AT) == 0
    assert (root.site / "index.html").exists()
    assert main(root) == 0


def test_status_1_when_the_content_needs_attention(root: Root) -> None:
    assert main(root, "build") == 0
    before = tree(root.site)
    root.write({FIRST: item(districts="[南岸区]")})
    assert main(root, "build") == 1
    assert tree(root.site) == before


BAD_OPTIONS = [
    ["--no-such-option"],
    ["bild"],
    ["build", "--jobs", "0"],
    ["build", "--jobs", "-1"],
    ["build", "--jobs", "two"],
    ["build", "--format", "xml"],
    ["--lang", "fr", "build"],
    ["build", "--now", "morgen"],
    ["build", "--now", "2024-02-30"],
    ["build", "--now", "2024-08-05T25:00"],
    ["build", "--now", ""],
    ["build", "--base-url", "ftp://x.org/"],
    ["build", "--base-url", "x.org"],
    ["build", "--base-url", "/bulletin/"],
    ["build", "--base-url", "javascript:alert(1)"],
    ["build", "--base-url", "https://"],
    ["build", "--base-url", "https://x.org/?a=1"],
    ["build", "--base-url", "https://x.org/#top"],
    ["build", "--base-url", "https://[x.org/"],
    ["build", "--base-url", 'https://x.org/"><script>'],
    ["build", "--base-url", "https://x.org/a b/"],
    ["build", "--base-url", "https://x.org/../"],
]


@pytest.mark.parametrize("arguments", BAD_OPTIONS, ids=" ".join)
def test_status_2_for_a_bad_option(
    root: Root, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(root, *arguments) == 2
    assert not root.site.exists()
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"content/site.yaml": None}, "B501"),
        ({"content/site.yaml": "title: 甲\ntime_zone: Mars/Olympus\n"}, "B508"),
        ({"content/site.yaml": "tagline: 没有标题\n"}, "B210"),
        ({"site": "一个文件"}, "B801"),
    ],
)
def test_status_2_when_it_cannot_start(
    make_root: MakeRoot,
    capsys: pytest.CaptureFixture[str],
    files: dict[str, str | None],
    code: str,
) -> None:
    root = make_root({FIRST: item(), **files})
    assert main(root, "build") == 2
    assert code in capsys.readouterr().err


def test_status_2_where_there_is_no_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(Root(tmp_path / "missing"), "build") == 2
    assert "B502" in capsys.readouterr().err
    assert not (tmp_path / "missing").exists()


# --- interrupted


@pytest.fixture
def thousands(root: Root) -> Root:
    """A root with a site, to which then a thousand items come."""
    root.build()
    text = item("新的一条", "正文一段。" * 30)
    root.write({f"content/news/2025/{n:04}.md": text for n in range(1000)})
    return root


@pytest.mark.parametrize(
    ("number", "status", "jobs"),
    [(signal.SIGINT, 130, "1"), (signal.SIGINT, 130, "2"), (signal.SIGTERM, 143, "2")],
    ids=["int-1", "int-2", "term-2"],
)
def test_interrupted_the_old_site_is_whole(
    thousands: Root, number: signal.Signals, status: int, jobs: str
) -> None:
    before = tree(thousands.site)
    process = thousands.start("--lang", "en", "build", "--jobs", jobs, *AT)
    staging = thousands.site / ".bulletin/staging/news"
    wait_until(lambda: staging.exists() or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == status, err
    assert b"Traceback" not in err
    assert out == b""
    assert tree(thousands.site) == before


def test_interrupted_while_waiting_for_another_build(root: Root) -> None:
    root.build()
    hold = (
        "import sys, filelock\nwith filelock.FileLock(sys.argv[1]): print(1, flush=True); input()"
    )
    lock = str(root.site / ".bulletin/lock")
    first = subprocess.Popen(
        [sys.executable, "-c", hold, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert first.stdout is not None
    assert first.stdout.readline() == b"1\n"
    second = root.start("--lang", "en", "build", *AT)
    assert second.stderr is not None
    assert b"waiting" in second.stderr.readline()
    second.send_signal(signal.SIGINT)
    second.communicate(timeout=20)
    first.communicate(b"\n")
    assert second.returncode == 130


def test_an_interrupt_says_that_no_file_is_torn(
    root: Root, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bulletin.pipeline.build", interrupted)
    assert main(root, "--lang", "en", "build") == 130
    assert "no file of site/ is torn" in capsys.readouterr().err
    assert main(root, "build") == 130
    assert "没有半个文件" in capsys.readouterr().err


# --- help


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], *([command, "--help"] for command in COMMANDS)], ids=str
)
def test_help_ends_well_and_shows_an_example(
    root: Root, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(root, *arguments) == 0
    shown = capsys.readouterr()
    assert re.search(r"Examples?:\s+python build\.py", shown.out)
    assert shown.err == ""


def test_every_option_of_build_says_what_it_does(
    root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    main(root, "build", "--help")
    shown = " ".join(capsys.readouterr().out.partition("选项 (options):")[2].split())
    shown = shown.partition("例 Example")[0]
    for option in (
        "--base-url",
        "--drafts",
        "--now",
        "--jobs",
        "--clean",
        "--strict",
        "--format",
    ):
        after = shown.rsplit(option, 1)[1]
        assert re.match(r"[ A-Z]*(\{[a-z,]+\})? ?[\u4e00-\u9fff]", after), option


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["chekc"], "没有 chekc，是不是 check？"),
        (["check", "—fix"], "不认识 —fix：选项前面是两个半角短横 --"),
        (["new", "甲", "——district", "乙"], "不认识 ——district：选项前面是两个半角短横 --"),
        (["new", "甲", "乙"], "不认识 乙：看看是不是写错了"),
        (["new", "甲", "--date"], "--date 后面还要写内容"),
        (["why"], "还要写 URL"),
    ],
)
def test_a_slip_on_the_command_line_is_explained_in_chinese(
    root: Root, capsys: pytest.CaptureFixture[str], typed: list[str], said: str
) -> None:
    assert main(root, *typed) == Exit.CANNOT_START
    assert said in capsys.readouterr().err


def test_version(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(root, "--version") == 0
    assert re.fullmatch(r"bulletin \d+\.\d+\.\d+\n", capsys.readouterr().out)


# --- formats


@pytest.mark.parametrize("faulty", [False, True])
def test_json_is_one_document(root: Root, capsys: pytest.CaptureFixture[str], faulty: bool) -> None:
    root.write({"content/news/b.md": item(districts=None, tgas="[甲]" if faulty else None)})
    root.write({"content/news/c.md": item(date="2030-01-02 08:00")})
    assert main(root, "build", *AT, "--format", "json") == int(faulty)
    shown = capsys.readouterr()
    assert shown.err == ""
    value = json.loads(shown.out)
    found = {entry["code"]: entry for entry in value["problems"]}
    if faulty:
        assert set(value) == {"problems"}
        assert found["B209"]["path"] == "content/news/b.md"
        assert (found["B209"]["line"], found["B209"]["column"]) == (5, 1)
        assert found["B209"]["text"] == "tgas: [甲]"
        assert "tags" in found["B209"]["message"]
    else:
        assert found["B219"]["severity"] == "warning"
        assert value["items"] == 2
        assert value["written"] == value["pages"] > 0
        due = {"path": "content/news/c.md", "due": "2030-01-02T08:00:00+08:00"}
        assert value["held"] == [due]


def test_json_when_it_cannot_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(Root(tmp_path), "build", "--format", "json") == 2
    assert [p["code"] for p in json.loads(capsys.readouterr().out)["problems"]] == ["B502"]


@pytest.mark.parametrize("language", Language)
def test_github_escapes_what_would_end_or_begin_a_command(language: Language) -> None:
    fact = "50%\n::error::forged\r\n" + ESC + "[31m" + RLO
    found = problem("B301", "content/a,b:c%\n.md", 3, 7, "", value=fact, nearest="")
    line = report.as_github(found, language)
    assert "\n" not in line
    assert "\r" not in line
    assert ESC not in line
    assert RLO not in line
    assert line.startswith("::error file=content/a%2Cb%3Ac%25%0A.md,line=3,col=7,title=B301::")
    assert "50%25" in line
    assert "forged" in line


def test_github_has_a_line_for_each_problem_on_standard_output(
    root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    root.write({FIRST: item(districts="[南岸区, 北岸区]", 状态="是", activities="[甲]")})
    assert main(root, "build", "--format", "github") == 1
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("::error ")]) == len(lines) == 4
    assert f"::error file={FIRST},line=4,col=13,title=B301::" in "\n".join(lines)
    assert all(re.match(r"::(error|warning) file=[^:]+,title=B\d{3}::\S", line) for line in lines)


# --- row 30: nothing that people write reaches the log raw

# A line that starts so is a command to a CI; the others are commands to a terminal.
OBEYED = re.compile(
    r"^\s*(::|##\[)|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", re.MULTILINE
)
FORGED = f"甲\n::error::forged{ESC}[31m{RLO}"
YAML = r'"甲\n::error::forged\e[31m\u202e\x07\N"'


def _names(root: Root) -> None:
    root.write({f"content/news/{FORGED.replace('/', '')}.md": item()})


def _folders(root: Root) -> None:
    root.write({f"content/news/{FORGED}/a.md": item()})


def _not_utf_8(root: Root) -> None:
    folder = os.fsencode(root.path / "content/news")
    with open(folder + b"/\xff\x9b.md", "wb") as file:
        file.write(item().encode())


def _pictures(root: Root) -> None:
    root.write({f"content/news/{FORGED}.svg": "<svg/>", FIRST: item(body="![甲](a.svg)")})


def _raw_text(root: Root) -> None:
    root.write({FIRST: f"---\ntitle: 甲{ESC}[31m\n::error::x: 1\n---\n"})


def _raw_bidi(root: Root) -> None:
    root.write({FIRST: item(f"甲{RLO}乙", body=f"<b{RLO}>\n::error::x <b>")})


def _value(key: str) -> Callable[[Root], None]:
    def write(root: Root) -> None:
        root.write({FIRST: item(**({"title": "甲"} | {key: YAML}))})

    return write


def _key(root: Root) -> None:
    root.write({FIRST: f"---\n{YAML}: 1\n{YAML}: 2\n---\n"})


def _inner_key(root: Root) -> None:
    root.write({FIRST: item(extra=f"{{{YAML}: 1, {YAML}: 2}}")})


def _tag(root: Root) -> None:
    root.write({FIRST: item("!%0A%3A%3Aerror%3A%3Aforged%1B 甲")})


def _list(root: Root) -> None:
    root.write({FIRST: item(districts=f"[{YAML}]", activities=f"[{YAML}]", places=f"[{YAML}]")})


def _links(root: Root) -> None:
    forged = "%0A::error::forged%1B%E2%80%AE"
    body = f"[甲]({forged}.md) ![乙]({forged}.png) [丙](#{forged}) [丁](/{forged}) [戊](java{forged}:x)"
    root.write({FIRST: item(body=body)})


def _entities(root: Root) -> None:
    forged = "&#10;::error::forged&#x202e;&#27;"
    root.write(
        {FIRST: item(body=f"[甲]({forged}.md) ![乙](<{forged}.png>) *{forged}*甲*{forged}*")}
    )


def _vocabulary(root: Root) -> None:
    rows = f"[{{id: a, name: 甲, aliases: [{YAML}]}}, {{id: b, name: 乙, aliases: [{YAML}]}}]"
    root.write({"content/districts.yaml": f"districts: {rows}\n"})


def _term_names(root: Root) -> None:
    rows = f"[{{id: a, name: {YAML}}}, {{id: b, name: 乙, aliases: [{YAML}]}}]"
    root.write({"content/districts.yaml": f"districts: {rows}\n"})


def _ids(root: Root) -> None:
    rows = f"[{{id: {YAML}, name: 甲, broader: b}}, {{id: b, name: 乙, broader: {YAML}}}]"
    root.write({"content/activities.yaml": f"activities: {rows}\n"})


def _settings(root: Root) -> None:
    root.write(
        {"content/site.yaml": f"title: 甲\ntime_zone: {YAML}\nbase_url: {YAML}\n{YAML}: 1\n"}
    )


def _link_target(root: Root) -> None:
    (root.path / "content/news/a.md").symlink_to(FORGED)


def _template(root: Root) -> None:
    text = "{% include " + repr(FORGED) + " %}"
    root.write({"templates/item.html": text})


def _template_words(root: Root) -> None:
    root.write({"templates/item.html": "{% " + FORGED + " %}"})


def _template_error(root: Root) -> None:
    root.write({"templates/item.html": "{{ site[" + repr(FORGED) + "] }}"})


def _foreign_file(root: Root) -> None:
    root.write({f"site/{FORGED}": "x"})


def _site_link(root: Root) -> None:
    root.site.symlink_to(f"/{FORGED}")


SINKS: dict[str, Callable[[Root], None]] = {
    f.__name__.strip("_"): f
    for f in (
        _names,
        _folders,
        _not_utf_8,
        _pictures,
        _raw_text,
        _raw_bidi,
        _key,
        _inner_key,
        _tag,
        _list,
        _links,
        _entities,
        _vocabulary,
        _term_names,
        _ids,
        _settings,
        _link_target,
        _template,
        _template_words,
        _template_error,
        _foreign_file,
        _site_link,
    )
} | {
    f"value-of-{key}": _value(key)
    for key in (
        *("title", "date", "status", "slug", "aliases", "source_url", "issue", "genre"),
        *("priority", "images", "related", "corrections", "byline"),
    )
}


@pytest.mark.parametrize("sink", SINKS)
def test_row_30_nothing_reaches_the_log_raw(
    root: Root, capsys: pytest.CaptureFixture[str], sink: str
) -> None:
    SINKS[sink](root)
    for format_ in ("text", "github", "json"):
        for lang in ("zh", "en"):
            main(root, "--lang", lang, "build", *AT, "--format", format_)
            shown = capsys.readouterr()
            for line in (shown.out + shown.err).split("\n"):
                mine = (
                    re.sub(r"^::(error|warning) file=", "", line) if format_ == "github" else line
                )
                assert not OBEYED.search(mine), (format_, line)
            if format_ == "json":
                json.loads(shown.out)


def test_row_30_the_name_of_a_root_does_not_reach_the_log_raw(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(Root(tmp_path / FORGED), "build")
    main(Root(tmp_path), "build", "--now", FORGED)
    main(Root(tmp_path), "build", "--base-url", FORGED)
    shown = capsys.readouterr()
    assert "forged" in shown.err
    assert not OBEYED.search(shown.err)


# --- options


def test_now_decides_what_is_due(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    root.write({FIRST: item(embargo="2024-08-06 08:00")})
    page = root.site / "news/2024/08/05/first/index.html"
    for now, shown in (
        ("2024-08-06T07:59", False),  # in the site's time zone, +08:00
        ("2024-08-06T08:00", True),
        ("2024-08-05T23:59Z", False),
        ("2024-08-06T00:00Z", True),
        ("2024年8月6日", False),
        ("2024-08-06T09:00+09:30", False),
    ):
        assert main(root, "build", "--now", now) == 0
        assert page.exists() == shown, now


def test_drafts_shows_drafts_and_what_is_not_due(root: Root) -> None:
    root.news(draft=item("草稿在此", status="draft"), later=item("以后", date="2030-01-01"))
    assert main(root, "build", *AT) == 0
    assert not (root.site / "news/2024/08/05/draft").exists()
    assert main(root, "build", *AT, "--drafts") == 0
    assert (root.site / "news/2024/08/05/draft/index.html").exists()
    assert (root.site / "news/2030/01/01/later/index.html").exists()
    assert main(root, "build", *AT) == 0
    assert not (root.site / "news/2024/08/05/draft").exists()


def test_strict_makes_warnings_errors(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(root, "build", "--strict") == 0
    before = tree(root.site)
    root.write({FIRST: item(activities=None)})
    assert main(root, "--lang", "en", "build", "--strict") == 1
    assert "error B220" in capsys.readouterr().err
    assert tree(root.site) == before
    assert main(root, "--lang", "en", "build") == 0
    assert "warning B220" in capsys.readouterr().err


def test_clean_writes_everything(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, written in ((["--clean"], True), ([], False), (["--clean"], True)):
        assert main(root, "build", *AT, "--format", "json", *arguments) == 0
        value = json.loads(capsys.readouterr().out)
        assert value["written"] == (value["pages"] if written else 0)


def test_base_url_takes_the_place_of_the_settings(root: Root) -> None:
    assert main(root, "build", "--base-url", "https://x.org/bulletin") == 0
    assert "Sitemap: https://x.org/bulletin/sitemap.xml" in root.text("robots.txt")
    assert "test.example" not in root.text("index.html")


@pytest.mark.parametrize(
    "before",
    [
        ["--root", "{}", "--lang", "en"],
        ["--lang", "en", "--root", "{}"],
        ["--root={}", "--lang=en"],
        ["--lang=en", "--root={}"],
        ["--lang", "en", "--root={}"],
        ["--root={}", "--lang", "en"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("command", [[], ["build"]], ids=["no-command", "build"])
def test_root_and_language_stand_before_the_command_in_any_form(
    root: Root, capsys: pytest.CaptureFixture[str], before: list[str], command: list[str]
) -> None:
    given = [argument.format(root.path) for argument in before]
    assert cli.main([*given, *command, *AT]) == 0
    assert "1 items" in capsys.readouterr().out


# --- the closing line, the language, the bar


def test_the_closing_line(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    root.news(later=item("以后", date="2030-01-02 08:00"), last=item("再后", date="2031-01-01"))
    main(root, "build", *AT)
    line = capsys.readouterr().out
    assert re.fullmatch(
        r"新闻 1 条，页面 (\d+) 个，写入 \1，未到时间 2 条（最早 2030-01-02 08:00），用时 \d+\.\d 秒\n",
        line,
    )
    root.delete("content/news/later.md", "content/news/last.md")
    root.write({"content/news/x.md": item(date="2023-01-02")})
    main(root, "build", *AT)
    capsys.readouterr()
    root.delete("content/news/x.md")
    main(root, "--lang", "en", "build", *AT)
    line = capsys.readouterr().out
    assert re.fullmatch(
        r"1 items, \d+ pages, \d+ written, 3 removed, 0 held back, \d+\.\d s\n", line
    )


def test_problems_come_before_the_closing_line_and_are_counted(
    root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    root.write({FIRST: item(genre="[消息]", tgas="甲", activities=None)})
    assert main(root, "--lang", "en", "build") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[-1] == "2 errors, 1 warning"
    assert f"{FIRST}:5:8: error B211 " in shown.err
    assert "    | genre: [消息]\n    |        ^\n    → " in shown.err


@pytest.mark.parametrize(
    "case",
    [
        ([], {}, True),
        ([], {"LANG": "en_US.UTF-8"}, False),
        ([], {"LANG": "zh_CN.UTF-8"}, True),
        ([], {"LANG": "C.UTF-8"}, True),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, True),
        ([], {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, False),
        (["--lang", "zh"], {"LANG": "en_US.UTF-8"}, True),
        (["--lang", "en"], {"LANG": "zh_CN.UTF-8"}, False),
    ],
    ids=str,
)
def test_the_language_of_messages(
    root: Root,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    case: tuple[list[str], dict[str, str], bool],
) -> None:
    arguments, environment, chinese = case
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    root.write({FIRST: item(activities=None)})
    main(root, *arguments, "build", *AT)
    shown = capsys.readouterr()
    assert ("新闻 1 条" in shown.out) == chinese
    assert ("1 items" in shown.out) != chinese
    assert ("提醒 B220" in shown.err) == chinese
    assert bool(re.search("[\u4e00-\u9fff]", shown.err)) == chinese


def test_no_progress_bar_when_nobody_watches(root: Root) -> None:
    ran = root.run("build", *AT)
    assert (ran.status, ran.err) == (0, "")
    assert "\r" not in ran.out
    assert ran.out.count("\n") == 1


# --- build.py


def test_build_py_works_from_another_folder(root: Root, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [sys.executable, str(PROJECT / "build.py"), "--root", str(root.path), *AT]
    ran = subprocess.run(command, cwd=elsewhere, capture_output=True, check=False, timeout=30)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert (root.site / "index.html").exists()
    assert list(elsewhere.iterdir()) == []


def test_build_py_builds_the_folder_in_which_it_is_run(root: Root) -> None:
    ran = root.run(root=False)
    assert ran.status == 0, ran.log
    assert (root.site / "index.html").exists()


def test_a_root_may_be_relative_and_linked(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.build()
    expected = public(root.site)
    (tmp_path / "link").symlink_to(root.path)
    monkeypatch.chdir(tmp_path)
    for given in ("root", "./root", "link", "root/../root"):
        assert cli.main(["--root", given, "build", *AT]) == 0
        assert public(root.site) == expected


def test_build_py_stays_thin() -> None:
    lines = (PROJECT / "build.py").read_text("utf-8").splitlines()
    assert len(lines) <= 12


def test_the_log_is_readable_in_a_console_of_another_encoding(root: Root) -> None:
    root.write({FIRST: item("🈶", activities=None)})
    ran = root.run("build", *AT, environment={"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "C"})
    assert ran.status == 0
    assert "新闻 1 条" in ran.out


def test_without_its_libraries_it_says_what_to_run(root: Root) -> None:
    command = [sys.executable, "-S", str(PROJECT / "build.py"), "--root", str(root.path)]
    done = subprocess.run([*command, "--lang", "zh"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "make site" in done.stderr
    assert "Traceback" not in done.stderr
