"""Tests of prospects."""
