"""What all small values share: when two are equal, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator

TYPE_CHECKING = False

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["Value"]


class Value:
    """Base of values that are attrs classes made with ``eq=False, repr=False``.

    They are compared, hashed and written as those that attrs would have made. It would write and
    compile the three methods for each class anew, which is half of what a class costs: with thirty
    classes, 8 ms at every start. Comparing takes longer in return, so what is compared by the
    hundred thousand, such as uses, leaves it to attrs.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, a.name) == getattr(other, a.name) for a in _fields(self) if a.eq)

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, a.name) for a in _fields(self) if a.eq)))

    def __repr__(self) -> str:
        told = (f"{a.name}={getattr(self, a.name)!r}" for a in _fields(self) if a.repr)
        return f"{type(self).__qualname__.rpartition('>.')[2]}({', '.join(told)})"


def _fields(value: object) -> Iterator[Attribute[object]]:
    return iter(getattr(value, "__attrs_attrs__", ()))
