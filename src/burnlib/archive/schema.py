"""The tables of the archive, and the way from one version of them to the next.

``sightings`` holds what each log file told of each use; :mod:`burnlib.uses` makes one use of them.
A sighting is *gone* when the bytes that gave it have vanished from its file: it then stays for
ever, while sightings whose bytes are still there are replaced when the file is read anew. It is
*shared* when its id may be that of another sighting, too; one that is not is a whole use by itself,
and SQL can add it up. The view ``told`` shows sightings with all that belongs to them.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from itertools import chain, count
from pathlib import Path

from burnlib.archive.file import create_private
from burnlib.errors import ArchiveError

__all__ = ["INDEX", "SHARE", "VERSION", "in_memory", "prepare"]

VERSION = 4
"""Version of the tables; kept in `PRAGMA user_version`."""

# "burn" in ASCII: tells our file from any other SQLite file.
APPLICATION_ID = 0x6275726E

# A first collection writes each page once or twice: larger ones than SQLite's 4 KiB take an eighth
# less time to fill. A few new uses take as long to add to the one as to the other.
_PAGE_SIZE = 16 * 1024

INDEX = "CREATE INDEX sightings_by_id ON sightings (id)"
"""Made when the first collection ends, since an index of nothing is slow to grow; until then
nothing is known of which sightings are shared."""

SHARE = (
    "UPDATE sightings SET shared = 1"
    " WHERE NOT shared AND id IN (SELECT id FROM sightings GROUP BY id HAVING count(*) > 1)"
)

_VIEW = """
CREATE VIEW told AS
SELECT f.source, s.id, s.request, s.file, s.gone, p.revision, s.at, s.fidelity, s.input,
    s.cache_read, s.cache_write_5m, s.cache_write_1h, s.output, s.reasoning, s.calls, p.model,
    p.project, p.branch, p.session, s.work, s.low, s.high, p.sidechain, s.detail, p.started,
    s.processed_input, s.processed_output, s.processed_high, p.method, p.calibrated, s.shared,
    f.path, p.reader
FROM sightings s
JOIN files f ON f.id = s.file
JOIN places p ON p.file = s.file AND p.number = s.place"""

_SIGHTINGS = f"""
-- Log files, by name, for ever, with the instants of the first and the last use they told of.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    path TEXT NOT NULL,
    first INTEGER,                            -- microseconds since 1970, UTC
    last INTEGER,
    UNIQUE (source, path)
);

-- Resume state, one row a log file. A cache: without it, everything is read again.
CREATE TABLE segments (
    file INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    read_size INTEGER NOT NULL,               -- bytes that the fingerprints vouch for
    head BLOB NOT NULL,
    tail BLOB NOT NULL,
    offset INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    wants TEXT NOT NULL,
    dropped TEXT NOT NULL
);

-- What the uses of one log file have in common.
CREATE TABLE places (
    file INTEGER NOT NULL,
    number INTEGER NOT NULL,
    model TEXT NOT NULL,
    project TEXT NOT NULL,
    branch TEXT NOT NULL,
    session TEXT NOT NULL,
    started INTEGER,                          -- microseconds since 1970, UTC
    sidechain INTEGER NOT NULL,
    method TEXT NOT NULL,
    calibrated INTEGER,                       -- microseconds since 1970, UTC
    revision INTEGER NOT NULL,
    reader TEXT NOT NULL DEFAULT '',          -- package and version, '' where unknown
    PRIMARY KEY (file, number)
) WITHOUT ROWID;

CREATE TABLE sightings (
    file INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    id TEXT NOT NULL,
    request TEXT NOT NULL,
    place INTEGER NOT NULL,
    at INTEGER NOT NULL,                      -- microseconds since 1970, UTC
    fidelity INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    detail INTEGER NOT NULL,
    work TEXT NOT NULL,                       -- kinds, sorted, separated by spaces
    input INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write_5m INTEGER NOT NULL,
    cache_write_1h INTEGER NOT NULL,
    output INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    low INTEGER,                              -- from here on: of estimates
    high INTEGER,
    processed_input INTEGER,
    processed_output INTEGER,
    processed_high INTEGER,
    shared INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (file, gone, id, request)
) WITHOUT ROWID;

{_VIEW};

-- Days that were added up before. A cache: without it, they are added up again.
CREATE TABLE day_bases (
    id INTEGER PRIMARY KEY,
    basis TEXT NOT NULL UNIQUE,               -- what the sums depend on: zone, estimate, rules
    zone TEXT NOT NULL,
    horizon INTEGER NOT NULL                  -- days before it are there, microseconds, UTC
);
CREATE TABLE day_sums (
    base INTEGER NOT NULL,
    day TEXT NOT NULL,
    begun INTEGER NOT NULL,                   -- its midnights, microseconds since 1970, UTC
    ended INTEGER NOT NULL,
    sums TEXT,                                -- as JSON, NULL where uses have changed since
    PRIMARY KEY (base, day)
) WITHOUT ROWID;
"""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Whole days that came without events.
CREATE TABLE whole_days (
    date TEXT NOT NULL,
    source TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    fidelity INTEGER NOT NULL,
    calls INTEGER,
    low INTEGER,
    high INTEGER,
    PRIMARY KEY (date, source)
) WITHOUT ROWID;

CREATE TABLE labels (
    date TEXT PRIMARY KEY,
    driver TEXT NOT NULL,
    evidence TEXT NOT NULL
) WITHOUT ROWID;

-- Stretches of time in which complete scans of a source would have seen any use.
CREATE TABLE seen (
    source TEXT NOT NULL,
    first INTEGER NOT NULL,                   -- microseconds since 1970, UTC
    last INTEGER NOT NULL,
    PRIMARY KEY (source, first)
) WITHOUT ROWID;

-- Measured factors of methods of estimating, in thousandths. The last one of a method holds, and
-- zeros stand for its published ratios.
CREATE TABLE calibrations (
    method TEXT NOT NULL,
    at INTEGER NOT NULL,                      -- microseconds since 1970, UTC
    low INTEGER NOT NULL,
    mid INTEGER NOT NULL,
    high INTEGER NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (method, at)
) WITHOUT ROWID;
"""

# What is done to the tables of an old version, and the version that they then are.
_MIGRATIONS = {
    1: (
        2,
        """
ALTER TABLE sightings ADD COLUMN processed_input INTEGER;
ALTER TABLE sightings ADD COLUMN processed_output INTEGER;
ALTER TABLE sightings ADD COLUMN processed_high INTEGER;
ALTER TABLE sightings ADD COLUMN method TEXT NOT NULL DEFAULT '';
ALTER TABLE sightings ADD COLUMN calibrated INTEGER;
CREATE TABLE calibrations (
    method TEXT NOT NULL,
    at INTEGER NOT NULL,
    low INTEGER NOT NULL,
    mid INTEGER NOT NULL,
    high INTEGER NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (method, at)
) WITHOUT ROWID;
""",
    ),
    # Names of files and what their uses have in common stand apart: less to write, less to read.
    2: (
        VERSION,
        f"""
ALTER TABLE sightings RENAME TO old_sightings;
ALTER TABLE segments RENAME TO old_segments;
{_SIGHTINGS}
INSERT INTO files (id, source, path) SELECT id, source, path FROM old_segments;
INSERT INTO files (id, source, path)
SELECT DISTINCT segment, source, 'a file whose name was forgotten, number ' || segment
FROM old_sightings WHERE segment NOT IN (SELECT id FROM files);
UPDATE files SET
    first = (SELECT min(at) FROM old_sightings WHERE segment = files.id),
    last = (SELECT max(at) FROM old_sightings WHERE segment = files.id);
INSERT INTO segments
SELECT id, size, mtime_ns, ctime_ns, read_size, head, tail, offset, revision, state, wants, dropped
FROM old_segments;
INSERT INTO places (file, number, model, project, branch, session, started, sidechain, method,
    calibrated, revision)
SELECT segment, row_number() OVER (PARTITION BY segment) - 1,
    model, project, branch, session, started, sidechain, method, calibrated, revision
FROM (SELECT DISTINCT segment, model, project, branch, session, started, sidechain, method,
    calibrated, revision FROM old_sightings);
INSERT INTO sightings
SELECT o.segment, o.gone, o.id, o.request, p.number, o.at, o.fidelity, o.calls, o.detail, o.work,
    o.input, o.cache_read, o.cache_write_5m, o.cache_write_1h, o.output, o.reasoning, o.low, o.high,
    o.processed_input, o.processed_output, o.processed_high, 0
FROM old_sightings o JOIN places p ON p.file = o.segment AND p.model = o.model
    AND p.project = o.project AND p.branch = o.branch AND p.session = o.session
    AND p.started IS o.started AND p.sidechain = o.sidechain AND p.method = o.method
    AND p.calibrated IS o.calibrated AND p.revision = o.revision;
{INDEX};
{SHARE};
DROP TABLE old_sightings;
DROP TABLE old_segments;
""",  # noqa: S608 - its own constants
    ),
    # It is told which reader gave a use.
    3: (
        VERSION,
        f"""
ALTER TABLE places ADD COLUMN reader TEXT NOT NULL DEFAULT '';
DROP VIEW told;
{_VIEW};
""",
    ),
}


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the tables in a new file, or bring those of an older burnlib up to date.

    An older file is first copied to a new one beside it (archive.v1.db), which stays. Raises
    ArchiveError for a file of another program or of a newer burnlib.
    """
    if _version(connection, path) == VERSION:
        return
    connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")  # of a file that is still empty
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Once more, now that nobody else can write: another process may just have done it.
        version = _version(connection, path)
        if not version:
            _create(connection, path)
        elif version < VERSION:
            _back_up(path, version)
            _migrate(connection, version)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    # Readers and a writer then do not wait for each other; not every file system can do it.
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring tables of an older *version* up to date; call inside a transaction."""
    while version < VERSION:
        version, statements = _MIGRATIONS[version]
        _run(connection, statements)


def in_memory(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """Return *connection*, or an up-to-date copy in memory of an older archive.

    For archives that may only be read: their tables cannot be brought up to date in the file.
    """
    version = _version(connection, path)
    if version in (0, VERSION):
        return connection
    copy = sqlite3.connect(":memory:", isolation_level=None)
    with contextlib.closing(connection):
        connection.backup(copy)
    _migrate(copy, version)
    copy.execute(f"PRAGMA user_version = {VERSION}")
    return copy


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the tables, 0 without any; ArchiveError for a newer one."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application != APPLICATION_ID:
        return 0
    if version > VERSION:
        raise ArchiveError(
            f"was written by a newer burnlib (tables {version}, this one knows {VERSION})",
            where=str(path),
            hint="pip install -U burnlib",
        )
    return version


def _free(path: Path) -> Path:
    """Return *path*, or with a number before its suffix if there is such a file already."""
    names = (path.with_suffix(f".{number}{path.suffix}") for number in count(2))
    return next(free for free in chain([path], names) if not free.exists())


def _back_up(path: Path, version: int) -> None:
    """Copy the archive to a new file beside it, which is there whole or not at all.

    The caller holds the lock for writing, so it is copied as it was, and by one process.
    """
    begun = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    create_private(begun)
    try:
        with (
            contextlib.closing(sqlite3.connect(path)) as original,
            contextlib.closing(sqlite3.connect(begun)) as copy,
        ):
            original.backup(copy)
        begun.replace(_free(path.with_suffix(f".v{version}{path.suffix}")))
    except BaseException:
        begun.unlink(missing_ok=True)
        raise


def _create(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise ArchiveError(
            "is a database, but not an archive of burnlib",
            where=str(path),
            hint="name another file: --archive FILE",
        )
    _run(connection, _TABLES + _SIGHTINGS)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _run(connection: sqlite3.Connection, statements: str) -> None:
    # Not executescript(), which would commit first.
    for statement in statements.split(";"):
        connection.execute(statement)
