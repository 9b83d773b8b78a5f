"""Every exception and warning of burnlib: one tree, each with what, where and how to fix.

BurnlibError
├ InvalidInput (ValueError)       a value that cannot be what it claims to be
│  └ SchemaError                  a daily-burn.json with bad places: all of them at once
├ NotFound (LookupError)          an unknown name; says which ones are known
├ LogFormatError                  a log that cannot be read as its tool writes it
├ ArchiveError                    the archive cannot be opened or read
│  ├ NoArchive                    there is none yet
│  └ ArchiveNotWritten            it could not be written; what it held is unchanged
├ PluginError                     an installed source or renderer does not work
│  └ ContractError                it loads, but breaks the plugin protocol
└ MissingDependency (ImportError) an optional package is needed; says which extra
"""

from __future__ import annotations

import builtins

__all__ = [
    "ArchiveError",
    "ArchiveNotWritten",
    "BurnlibError",
    "BurnlibWarning",
    "ContractError",
    "InvalidInput",
    "LogFormatError",
    "MissingDependency",
    "NoArchive",
    "NotFound",
    "PluginError",
    "SchemaError",
]


class BurnlibError(Exception):
    """Base of all errors that burnlib raises.

    Attributes:
        message: What is wrong, with the value that is wrong.
        where: The file, line, key or name it was found at; may be empty.
        hint: What to do about it; may be empty.

    """

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text} (fix: {self.hint})" if self.hint else text

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default reduction.
        return _rebuild, (type(self), self.message, self.where, self.hint)


def _rebuild(kind: type[BurnlibError], message: str, where: str, hint: str) -> BurnlibError:
    return kind(message, where=where, hint=hint)


class InvalidInput(BurnlibError, ValueError):  # noqa: N818 - reads as a sentence where it is raised
    """A value cannot be what it claims to be."""


class SchemaError(InvalidInput):
    """A daily-burn.json breaks its schema; the message lists every bad place."""


class NotFound(BurnlibError, LookupError):  # noqa: N818
    """A name is unknown; the hint lists the known ones."""


class LogFormatError(BurnlibError):
    """A log cannot be read the way its tool writes it."""


class ArchiveError(BurnlibError):
    """The archive cannot be opened or read."""


class NoArchive(ArchiveError):  # noqa: N818
    """There is no archive yet."""


class ArchiveNotWritten(ArchiveError):  # noqa: N818
    """The archive could not be written; what it held is unchanged."""


class PluginError(BurnlibError):
    """An installed source or renderer cannot be loaded or fails while it runs."""


class ContractError(PluginError):
    """A plugin loads, but does not keep the protocol that it announces."""


class MissingDependency(BurnlibError, builtins.ImportError):  # noqa: N818
    """An optional package is needed; the hint is the command that installs it."""


class BurnlibWarning(UserWarning):
    """Something was left out that the user may want to know of."""
