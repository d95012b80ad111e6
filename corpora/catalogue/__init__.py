"""Catalogue of guidelines (GPC, PAI, PRONAM): facts as data, searchable by topic in everyday words."""
