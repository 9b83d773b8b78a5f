"""The archive: every use ever seen, in one SQLite file, kept when the tools delete their logs."""

from burnlib.archive.file import default_path
from burnlib.archive.store import Archive, SegmentRecord

__all__ = ["Archive", "SegmentRecord", "default_path"]
