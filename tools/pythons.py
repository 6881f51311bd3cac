"""The tests that need no browser, on the oldest and the newest Python that we promise.

``python tools/pythons.py`` looks for each version on this machine, makes an environment for it
in .cache/pythons from the locked requirements, and runs the tests. A version that is not
installed is named, not fetched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
STORE = PROJECT / ".cache" / "pythons"
LOCK = PROJECT / "requirements-dev.txt"
VERSIONS = ("3.11", "3.13")


def main() -> int:
    """Run the tests on every version but the one that runs this."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    failed = []
    for version in VERSIONS:
        if version == own:
            continue
        python = _find(version)
        if python is None:
            print(f"Python {version} is not installed here: its tests are left out", flush=True)
            continue
        print(f"Python {version}: {python}", flush=True)
        if _test(_environment(version, python)):
            failed.append(version)
    if failed:
        print(f"failed on Python {', '.join(failed)}", file=sys.stderr)
    return len(failed)


def _find(version: str) -> str | None:
    """A python of that version that starts: on the path, or one of pyenv's or uv's."""
    homes = [os.environ.get("PYENV_ROOT", "~/.pyenv") + "/versions", "~/.local/share/uv/python"]
    found = [shutil.which(f"python{version}")]
    for home in homes:
        folders = sorted(Path(home).expanduser().glob(f"*{version}.*"))
        found += [str(folder / "bin" / "python3") for folder in folders]
    for python in filter(None, found):
        if _output([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]) == version:
            return python
    return None


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def _environment(version: str, python: str) -> Path:
    """The python of an environment with the locked requirements, made anew when they change."""
    folder = STORE / version
    mark = folder / hashlib.sha256(LOCK.read_bytes()).hexdigest()
    binary = folder / "bin" / "python"
    if not mark.exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
        pip = [str(binary), "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*pip, "--only-binary", ":all:", "-r", str(LOCK)], check=True)
        mark.touch()
    return binary


def _test(binary: Path) -> int:
    command = [str(binary), "-m", "pytest", "-q", "-n", "2", "-m", "not browser"]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
