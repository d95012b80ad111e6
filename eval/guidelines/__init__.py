"""Guideline questions: development and gold sets, and how a text is matched against their facts."""
