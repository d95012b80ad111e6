"""Evidence cards: recommendations and facts of Mexican protocols in our own words, traced to their source."""

from corpora.cards.cards import CARDS_DIR, COLUMNS, Card, CardError, load_cards, read_cards

__all__ = ["CARDS_DIR", "COLUMNS", "Card", "CardError", "load_cards", "read_cards"]
