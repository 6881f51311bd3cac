"""The entry: ``python build.py`` builds the site, ``python build.py COMMAND`` does the rest."""

import sys

from bulletin.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
