"""The entry: ``python build.py`` builds the site, ``python build.py COMMAND`` does the rest."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before a newer syntax is met
    sys.exit("需要 Python 3.11 或更新的版本。 Python 3.11 or newer is needed.")

from bulletin.start import start

if __name__ == "__main__":
    start(sys.argv[1:])
