"""Export files of chat products: from a path to the JSON objects in it, whatever the file is.

It knows zip archives and JSON, and nothing of what the objects mean: that is a source's to tell.
"""

from __future__ import annotations

from burnlib.exports.containers import members
from burnlib.exports.documents import MOST_IN_ONE_RECORD, records
from burnlib.exports.finding import find_exports
from burnlib.exports.member import Member, open_export

__all__ = ["MOST_IN_ONE_RECORD", "Member", "find_exports", "members", "open_export", "records"]
