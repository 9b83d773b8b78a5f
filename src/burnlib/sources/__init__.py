"""Readers of the logs of AI tools: one module a tool, each knowing its format and no picture."""
