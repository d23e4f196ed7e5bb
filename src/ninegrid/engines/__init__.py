"""Runs on inputs larger than memory: the same grading, some customers at a time, on disk or on Spark's workers."""
