"""The entry: ``python build.py`` builds the site, ``python build.py COMMAND`` does the rest."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before a newer syntax is met
    sys.exit("需要 Python 3.11 或更新的版本。 Python 3.11 or newer is needed.")

try:
    from bulletin.cli import main

    status = main(sys.argv[1:]) if __name__ == "__main__" else 0
except ModuleNotFoundError as error:
    said = (
        f"缺少 {error.name}：请先运行 make site，以后用 .venv/bin/python build.py",
        f"{error.name} is missing: run make site once, then .venv/bin/python build.py",
    )
    print(*said, sep="\n", file=sys.stderr)
    status = 2
if __name__ == "__main__":
    sys.exit(status)
