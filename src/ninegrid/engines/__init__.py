"""Runs on a file that is larger than memory: the same grading, some customers at a time, with the rest on disk."""
