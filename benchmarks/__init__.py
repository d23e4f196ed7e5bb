"""Measures `grade` against what people would otherwise use; `python -m benchmarks` from the checkout's root."""
