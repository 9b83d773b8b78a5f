"""Made-up homes of Claude Code and Codex whose totals are known; see benchmarks/README.md."""
