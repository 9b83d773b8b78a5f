"""Archives as earlier versions of burnlib wrote them, table by table."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from burnlib.archive import Archive

AT = 1_741_082_400_000_000  # 4 March 2025, 10:00 UTC, in microseconds since 1970

_VERSION_2 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    path TEXT NOT NULL,
    size INTEGER NOT NULL DEFAULT -1,
    mtime_ns INTEGER NOT NULL DEFAULT -1,
    ctime_ns INTEGER NOT NULL DEFAULT -1,
    read_size INTEGER NOT NULL DEFAULT 0,
    head BLOB NOT NULL DEFAULT x'',
    tail BLOB NOT NULL DEFAULT x'',
    offset INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0,
    first INTEGER,
    state TEXT NOT NULL DEFAULT '',
    wants TEXT NOT NULL DEFAULT '',
    dropped TEXT NOT NULL DEFAULT '{}',
    UNIQUE (source, path)
);
CREATE TABLE sightings (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    request TEXT NOT NULL,
    segment INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    fidelity INTEGER NOT NULL,
    input INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write_5m INTEGER NOT NULL,
    cache_write_1h INTEGER NOT NULL,
    output INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    model TEXT NOT NULL,
    project TEXT NOT NULL,
    branch TEXT NOT NULL,
    session TEXT NOT NULL,
    work TEXT NOT NULL,
    low INTEGER,
    high INTEGER,
    sidechain INTEGER NOT NULL,
    detail INTEGER NOT NULL,
    started INTEGER,
    processed_input INTEGER,
    processed_output INTEGER,
    processed_high INTEGER,
    method TEXT NOT NULL DEFAULT '',
    calibrated INTEGER,
    PRIMARY KEY (source, id, request, segment, gone)
) WITHOUT ROWID;
CREATE INDEX sightings_of_segment ON sightings (segment);
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
CREATE TABLE seen (
    source TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (source, first)
) WITHOUT ROWID;
CREATE TABLE calibrations (
    method TEXT NOT NULL,
    at INTEGER NOT NULL,
    low INTEGER NOT NULL,
    mid INTEGER NOT NULL,
    high INTEGER NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (method, at)
) WITHOUT ROWID;
"""
_OF_ESTIMATES = ("processed_input", "processed_output", "processed_high", "method", "calibrated")

_SIGHTING = (
    "INSERT INTO sightings (source, id, request, segment, gone, revision, at, fidelity, input,"
    " cache_read, cache_write_5m, cache_write_1h, output, reasoning, calls, model, project, branch,"
    " session, work, sidechain, detail, started) VALUES ('tally', ?, '', ?, ?, 1, ?, 2, ?, 0, 0, 0,"
    " 0, 0, 1, 'm-1', ?, 'main', 's', 'edit run', 0, 0, NULL)"
)


def make(path: Path, version: int) -> Path:
    """Make an archive of *version*: log "a" tells of x (5) and y (7), log "b" of y (9).

    Version 3 is what those become that were made by version 2, without what came after it.

    Log "a" told of z (11), too, before it was rewritten; a third log, whose name was forgotten,
    tells of w (13). The 24th of May 2026 is labelled "shipping".
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for statement in _VERSION_2.split(";"):
            db.execute(statement)
        for number, name in ((4_032_265_911, "a"), (77, "b")):
            db.execute(
                "INSERT INTO segments (id, source, path, size, mtime_ns, ctime_ns, offset,"
                " revision) VALUES (?, 'tally', ?, 1, 1, 1, 1, 1)",
                (number, name),
            )
        for id_, segment, gone, tokens, project in (
            ("x", 4_032_265_911, 0, 5, "/code/shop"),
            ("y", 4_032_265_911, 0, 7, "/code/shop"),
            ("z", 4_032_265_911, 1, 11, "/code/shop"),
            ("y", 77, 0, 9, "/code/till"),
            ("w", 5, 0, 13, ""),
        ):
            db.execute(_SIGHTING, (id_, segment, gone, AT, tokens, project))
        db.execute("INSERT INTO labels VALUES ('2026-05-24', 'shipping', '')")
        db.execute("INSERT INTO meta VALUES ('zone', 'UTC')")
        if version == 1:
            db.execute("DROP TABLE calibrations")
            for name in _OF_ESTIMATES:
                db.execute(f"ALTER TABLE sightings DROP COLUMN {name}")
        db.execute("PRAGMA application_id = 1651864174")
        db.execute(f"PRAGMA user_version = {min(version, 2)}")
    if version == 3:
        _make_version_3(path)
    return path


def _make_version_3(path: Path) -> None:
    """Bring the archive up to date, and take back what version 4 added."""
    with Archive(path):
        pass
    for copy in path.parent.glob("*.v2.db"):
        copy.unlink()
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        (view,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'told'").fetchone()
        db.execute("DROP VIEW told")
        db.execute("ALTER TABLE places DROP COLUMN reader")
        db.execute(view.replace(", p.reader", ""))
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA user_version = 3")
