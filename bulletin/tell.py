"""Answers of ``explain`` in words, and as JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bulletin.address import href
from bulletin.asked import Options, Report
from bulletin.explain import Answer, Coming, crontab_line, reason_in_words
from bulletin.problem import CannotStartError, Language, problem
from bulletin.text import visible

SHOWN = 5  # coming changes that are named


def _both(language: Language, zh: str, en: str) -> str:
    return zh if language is Language.CHINESE else en


def answer_as_text(answer: Answer, language: Language) -> str:
    """What a page is made of, a line each."""

    def line(zh: str, en: str, said: str) -> str:
        mark = _both(language, "：", ": ")
        return f"{_both(language, zh, en)}{mark}{visible(said)}".rstrip()

    lines = [
        line("页面", "page", f"/{answer.address}  (site/{answer.file})"),
        line("来自", "from", answer.source),
        line("由什么做", "made by", answer.recipe),
    ]
    included = [name for name in answer.templates if name != answer.recipe]
    if included:
        lines.append(line("用到的模板", "which includes", ", ".join(included)))
    lines.append(line("由这些内容做成", "made of", ""))
    for name, held in answer.inputs:
        words = f"  [{name}] {reason_in_words(name, language)}"
        if len(held) <= 1:
            said = visible(held[0]) if held else _both(language, "（无）", "(nothing)")
            lines.append(f"{words}{_both(language, '：', ': ')}{said}")
        else:
            lines += [words, *(f"    {visible(one)}" for one in held)]
    if answer.last is None:
        zh = "没有上次的记录：新的页面，换了程序版本，或者 .cache 被删过。"
        en = "There is no record of it: it is new, the program is, or .cache was deleted."
        lines.append(_both(language, zh, en))
    else:
        when = datetime.fromtimestamp(answer.last.made).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        reasons = _reasons(answer.last.reasons, language)
        lines.append(
            line(f"上次做于 {when}，因为", f"made last at {when}; what had changed", reasons)
        )
    lines.append(
        line(
            "下次构建会重做，因为",
            "the next build will make it again; what has changed",
            _reasons(answer.due, language),
        )
        if answer.due
        else _both(language, "下次构建不用重做。", "the next build need not make it")
    )
    return "\n".join(lines)


def _reasons(names: Sequence[str], language: Language) -> str:
    words = [f"{reason_in_words(name, language)} [{name}]" for name in names]
    return _both(language, "；", "; ").join(words)


def answer_as_json(answer: Answer, language: Language) -> str:
    last = answer.last
    value: dict[str, Any] = {
        "path": "/" + answer.address,
        "file": answer.file,
        "source": answer.source,
        "recipe": answer.recipe,
        "templates": list(answer.templates),
        "inputs": {name: list(held) for name, held in answer.inputs},
        "made": datetime.fromtimestamp(last.made).astimezone().isoformat() if last else None,
        "reasons": list(last.reasons) if last else [],
        "due": list(answer.due),
    }
    return json.dumps(value, ensure_ascii=False, indent=1)


def coming_as_text(
    coming: Sequence[Coming], root: Path, options: Options, language: Language
) -> str:
    """The next changes and a crontab line for the first."""
    if not coming:
        return _both(
            language,
            "没有等着到时间的新闻，网站不会自己变。",
            "Nothing is due or expires: the site does not change by itself.",
        )
    lines = [_coming(one, language) for one in coming[:SHOWN]]
    if len(coming) > SHOWN:
        rest = len(coming) - SHOWN
        lines.append(_both(language, f"……以后还有 {rest} 次。", f"… and {rest} more after these."))
    lines.append(
        _both(
            language,
            "到时要构建一次。在 crontab 里加上这一行（第一个时刻，按这台机器的时间；做过以后再问一次）：",
            "The site must be built then. A line for your crontab (the first moment, in this machine's time; ask again after it):",
        )
    )
    lines.append(crontab_line(root, coming[0].at, options))
    return "\n".join(lines)


def _coming(one: Coming, language: Language) -> str:
    word = _both(language, *(("发布", "appears") if one.appears else ("失效", "expires")))
    return f"{one.at:%Y-%m-%d %H:%M} {word} {visible(one.item.title)} ({visible(one.item.source_path)})"


def coming_as_json(
    coming: Sequence[Coming], root: Path, options: Options, language: Language
) -> str:
    value = [
        {
            "at": one.at.isoformat(),
            "change": "appears" if one.appears else "expires",
            "title": one.item.title,
            "path": one.item.source_path,
            "crontab": crontab_line(root, one.at, options),
        }
        for one in coming
    ]
    return json.dumps(value, ensure_ascii=False, indent=1)


# --- what a build changed


def clear_changed(file: Path) -> None:
    """Begin with an empty list: a build that fails changes nothing. Raises as below."""
    _write(file, "")


def write_changed(file: Path, report: Report) -> None:
    """The addresses that a build added, changed and removed, one a line, kind first; for a
    CDN's purge or a search engine's push. Raises ``CannotStartError``.
    """
    published = report.published
    kinds = (
        ("added", published.added),
        ("changed", published.changed),
        ("removed", published.removed),
    )
    lines = [
        f"{kind}\t{report.base_url}{_address(one)}\n" for kind, names in kinds for one in names
    ]
    _write(file, "".join(lines))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        facts = {"reason": visible(error.strerror or str(error))}
        raise CannotStartError([problem("B810", visible(str(file)), **facts)]) from error


def _address(file: str) -> str:
    return href(
        file[: -len("index.html")] if file.rsplit("/", maxsplit=1)[-1] == "index.html" else file
    )
