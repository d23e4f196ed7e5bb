"""Grading policies and batch jobs, as TOML."""
