"""burnlib."""
