"""burnlib against other tools on the same logs; see benchmarks/README.md."""
