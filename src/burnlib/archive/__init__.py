"""The archive: every use ever seen, in one SQLite file, kept when the tools delete their logs."""

from burnlib.archive.file import COLLECT_FIRST, default_path
from burnlib.archive.segments import SegmentRecord
from burnlib.archive.store import Archive, Told

__all__ = ["COLLECT_FIRST", "Archive", "SegmentRecord", "Told", "default_path"]
