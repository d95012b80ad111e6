"""Training and measurement of the grounding guard."""
