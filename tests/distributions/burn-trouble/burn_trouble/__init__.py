"""Plugins that do what plugins must not do. Imported, it leaves a mark in the folder MARKS."""

import os
from pathlib import Path

if "MARKS" in os.environ:
    Path(os.environ["MARKS"], "burn_trouble").touch()
