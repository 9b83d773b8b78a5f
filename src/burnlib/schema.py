"""The JSON Schema of daily-burn.json, made from the classes that read and write it.

``python -m burnlib.schema`` writes it into the package and the documentation.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from attrs import fields

from burnlib.daily import COLUMNS
from burnlib.model import MAX_TOKENS, DailyRow, Estimate

__all__ = ["FILE", "json_schema", "schema_text"]

FILE = Path(__file__).with_name("daily-burn.schema.json")
"""The schema as it is shipped."""

_COUNT: Mapping[str, object] = {"type": "integer", "minimum": 0, "maximum": MAX_TOKENS}
_SOURCE = "[a-z][a-z0-9_]*"

# Fields of DailyRow that are keys of the file under their own names, and what they hold.
_KEYS: Mapping[str, Mapping[str, object]] = {
    "date": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "driver": {"type": "string"},
    "evidence": {"type": "string"},
    "drivers": {"type": "object", "additionalProperties": _COUNT},
    "tz": {"type": "string"},
    "estimate": {"enum": list(get_args(Estimate))},
}
# Fields that have no key of their own: one stands for columns, one for keys that are not ours.
_ELSEWHERE = {"sources", "extra"}


def json_schema() -> dict[str, object]:
    """Return the schema, draft 2020-12; that *total* adds up is beyond what a schema can say."""
    described = _descriptions(DailyRow)
    names = {field.name for field in fields(DailyRow)} - _ELSEWHERE
    if names != set(_KEYS):
        raise AssertionError(f"DailyRow has {sorted(names)}, the schema {sorted(_KEYS)}")
    properties = {name: {**_KEYS[name], "description": described[name]} for name in _KEYS}
    properties["total"] = {
        **_COUNT,
        "description": "The sum of all columns that end in _tokens or _est.",
    }
    properties["lower_bound"] = {
        "type": "array",
        "items": {"type": "string", "pattern": f"^{_SOURCE}$"},
        "description": "Names of the sources whose measured tokens are a lower bound.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:burnlib:daily-burn:1",
        "title": "daily-burn.json",
        "description": "What AI tools used: one object a local day, oldest first. A missing day"
        " was not observed; a day on which nothing was used has a total of 0.",
        "type": "array",
        "items": {
            "type": "object",
            "required": ["date", "total"],
            "properties": properties,
            "patternProperties": {
                f"^{_SOURCE}{suffix}$": {**_COUNT, "description": text}
                for suffix, text in COLUMNS.items()
            },
            "additionalProperties": True,
        },
    }


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _descriptions(kind: type) -> dict[str, str]:
    """Return attribute to description, from the docstring of *kind*."""
    text = inspect.getdoc(kind) or ""
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", text, flags=re.MULTILINE)
    return {
        name: " ".join(said.split()).replace(":attr:", "").replace("`", "") for name, said in found
    }


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
    documented = Path("docs/reference/daily-burn.schema.json")
    if documented.parent.is_dir():
        documented.write_text(schema_text(), encoding="utf-8")
