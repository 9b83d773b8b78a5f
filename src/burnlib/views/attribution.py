"""Tokens and outcomes of the same project, and what belongs to none that has outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from attrs import frozen

from burnlib.model import Fidelity
from burnlib.outcomes.base import Outcome
from burnlib.sums import Portion
from burnlib.value import Value
from burnlib.views.base import Basis
from burnlib.views.parts import Amount
from burnlib.views.per_outcome import Counts, ratio

__all__ = ["Attribution", "ProjectOutcomes", "attribute"]


@frozen(kw_only=True, eq=False, repr=False)
class ProjectOutcomes(Value):
    """A project: what was finished in it, and what was used in its folder.

    Attributes:
        project: Its folder, as its outcomes name it.
        amount: Tokens that were used in it; 0 also where its logs name it otherwise.
        counts: Its outcomes.

    """

    project: str
    amount: Amount
    counts: Counts

    @property
    def tokens_per_kept(self) -> float | None:
        """Its tokens over those of its outcomes that stayed; None without any, or any tokens."""
        return ratio(self.amount, self.counts.kept) if self.amount.total else None


@frozen(kw_only=True, eq=False, repr=False)
class Attribution(Value):
    """Tokens by the projects that have outcomes.

    Attributes:
        projects: Most tokens first.
        elsewhere: Tokens of projects without outcomes.
        unknown: Tokens whose project is not known, those of chats among them.

    """

    projects: tuple[ProjectOutcomes, ...]
    elsewhere: Amount
    unknown: Amount


def attribute(
    portions: Iterable[tuple[date, Portion]],
    outcomes: Iterable[Outcome],
    *,
    whole: Amount,
    basis: Basis = "total",
) -> Attribution:
    """Return which tokens were used in the projects of *outcomes*.

    A use belongs to the project whose folder is the one that it was made in, or the innermost
    above it. Where there is none, as for the logs of another machine, it belongs to the one project
    whose folder has the same name as its own. What *portions* lack of the *whole*, the tokens of
    all rows, came without uses, as days of a file do: its project is not known.
    """
    by_project: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_project[outcome.project].append(outcome)
    named = [project for project in by_project if project]
    amounts: dict[str | None, Amount] = defaultdict(Amount)
    places: dict[str, str | None] = {}
    for _, portion in portions:
        used = _amount(portion, basis)
        if not used.total:
            continue
        if portion.project not in places:
            places[portion.project] = _owner(portion.project, named) if portion.project else ""
        amounts[places[portion.project]] += used
    known = sum((amount for owner, amount in amounts.items() if owner != ""), Amount())
    unknown = Amount(
        max(0, whole.exact - known.exact),
        max(0, whole.estimated - known.estimated),
        amounts[""].lower_bound,
    )
    found = [
        ProjectOutcomes(project=name, amount=amounts[name], counts=Counts.of(by_project[name]))
        for name in named
    ]
    found.sort(key=lambda one: (-one.amount.total, one.project))
    return Attribution(projects=tuple(found), elsewhere=amounts[None], unknown=unknown)


def _owner(project: str, named: Sequence[str]) -> str | None:
    """Return the project of *named* that *project* lies in, None for none."""
    parts = _parts(project)
    above = [name for name in named if parts[: len(_parts(name))] == _parts(name)]
    if above:
        return max(above, key=lambda name: len(_parts(name)))
    alike = [name for name in named if _parts(name)[-1:] == parts[-1:]]
    return alike[0] if len(alike) == 1 else None


def _parts(path: str) -> list[str]:
    return [part for part in path.replace("\\", "/").split("/") if part]


def _amount(portion: Portion, basis: Basis) -> Amount:
    if portion.fidelity == Fidelity.ESTIMATED:
        known = not portion.unranged
        low, high = (portion.low, max(portion.high, portion.most)) if known else (None, None)
        estimated = Amount(0, portion.tokens, False, low, high)
        return estimated if basis == "total" else Amount()
    return Amount(portion.tokens, 0, portion.fidelity == Fidelity.LOWER_BOUND)
