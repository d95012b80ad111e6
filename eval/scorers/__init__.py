"""Scorers: what a façade's result is worth against the labels, as countable events. Pure functions, no model."""
