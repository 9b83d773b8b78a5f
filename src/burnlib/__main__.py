"""``python -m burnlib`` is ``burn``."""

import sys

from burnlib.cli import main

if __name__ == "__main__":  # processes that help with reading import this module, too
    sys.exit(main())
