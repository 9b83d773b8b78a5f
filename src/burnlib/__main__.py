"""``python -m burnlib`` is ``burn``."""

import sys

from burnlib.cli import main

sys.exit(main())
