# ruff: noqa: E501 - patterns and word lists stay on one line
"""Evaluation of de-identification: coverage, leaks, over-redaction, MEDDOCAN entity figures, with bootstrap intervals."""
