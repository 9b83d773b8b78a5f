"""The archive: every use ever seen, in one SQLite file, kept when the tools delete their logs."""

from burnlib.archive.store import Archive, SegmentRecord, default_path

__all__ = ["Archive", "SegmentRecord", "default_path"]
