"""Outcomes: finished work, where it is told, and whether it stayed."""
