"""Values: equal, hashed and written as those that attrs would have made."""

from __future__ import annotations

import copy
import functools
import pickle
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given

from burnlib.days import Range
from burnlib.ledger import Ledger
from burnlib.model import Fidelity, SourceDay
from burnlib.sources.base import Problem, Segment
from burnlib.testing.strategies import ledgers
from burnlib.value import Value
from burnlib.views.page import page
from burnlib.views.parts import Amount


def _values_in(value: object) -> Iterator[Value]:
    """All values that *value* holds, itself among them."""
    if isinstance(value, Value):
        yield value
        for name in attrs.fields_dict(type(value)):  # type: ignore[arg-type]
            yield from _values_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _values_in(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _values_in(part)


@functools.cache
def _twin_class(name: str, fields: tuple[str, ...]) -> Any:
    return attrs.make_class(name, fields, frozen=True, order=False)


def _twin(value: Any) -> Any:
    """The same value of a class with the methods that attrs writes itself."""
    fields = tuple(attrs.fields_dict(type(value)))
    made = _twin_class(type(value).__name__, fields)
    return made(*(getattr(value, name) for name in fields))


@given(ledgers())
def test_values_are_written_and_compared_as_those_of_attrs(rows: Ledger) -> None:
    shown = page(rows, today=date(2026, 3, 4))
    found = [*_values_in(shown), *_values_in(tuple(rows))]
    assert len({type(value) for value in found}) > 5
    for value in found:
        assert repr(value) == repr(_twin(value))
        same = copy.copy(value)
        assert same is not value
        assert same == value
        assert (same != value) is False


def test_values_that_differ_in_one_field_differ() -> None:
    day = SourceDay(tokens=5, fidelity=Fidelity.EXACT, calls=1)
    for change in ({"tokens": 6}, {"fidelity": Fidelity.LOWER_BOUND}, {"calls": None}, {"low": 1}):
        assert attrs.evolve(day, **change) != day  # type: ignore[arg-type]


def test_a_value_is_not_equal_to_one_of_another_class_with_the_same_fields() -> None:
    class Other(Range):
        """The same fields."""

    ends = (date(2026, 1, 1), date(2026, 1, 2), "2d")
    assert Range(*ends) == Range(*ends)
    assert Range(*ends) != Other(*ends)
    assert Range(*ends) != ends
    assert Range(*ends) != _twin(Range(*ends))


def test_equal_values_are_one_in_a_set() -> None:
    assert len({Amount(1, 2), Amount(1, 2), Amount(1, 3)}) == 2
    assert len({Problem("codex", "a", "no"), Problem("codex", "a", "no")}) == 1


def test_a_field_that_is_left_out_of_comparing_is_left_out() -> None:
    one, other = Segment("a", "k", {"p": "x"}), Segment("a", "k", {})
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == "Segment(name='a', key='k')"
    assert Segment(Path("a")) == Segment("a")


def test_a_value_cannot_be_changed_and_travels_between_processes() -> None:
    amount = Amount(1, 2, low=1, high=3)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        amount.exact = 5  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(amount)) == amount
