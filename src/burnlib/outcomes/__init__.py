"""Outcomes: finished work, where it is told, and whether it stayed."""

from burnlib.outcomes.base import API_VERSION, Outcome, OutcomeSource, Told

__all__ = ["API_VERSION", "Outcome", "OutcomeSource", "Told"]
