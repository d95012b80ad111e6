"""Evaluation of de-identification: coverage, leaks, over-redaction, MEDDOCAN entity figures, with bootstrap intervals."""
