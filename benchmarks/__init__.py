"""Benchmarks against named peers; each module runs on its own and prints ratios."""
