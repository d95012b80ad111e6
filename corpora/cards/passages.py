"""Evidence cards as passages: the bundled corpus that answers before any official document is added."""

from __future__ import annotations

import hashlib
from pathlib import Path

from corpora.cards.cards import DATA_DIR, Card, read_cards
from corpora.passages import AGE_GROUPS, Document, Kind, Passage, Population

_KINDS: dict[str, Kind] = {"recomendacion": "recomendación", "evidencia": "evidencia", "dato": "texto"}


def card_passage(card: Card, source_hash: str) -> Passage:
    """One card as a passage; its id is the card's own, its locator the source's heading and page."""
    heading = " › ".join(card.headings)
    locator = f"{heading}, p. {card.page}" if card.page else heading
    age = card.age_group if card.age_group in AGE_GROUPS else None
    sex = card.sex if card.sex in ("F", "M") else None
    population = Population(age, sex, True if card.pregnancy == "si" else None)  # type: ignore[arg-type]
    year = int(card.year) if card.year.isdigit() else None
    return Passage(
        f"ficha-{card.id}", card.key, card.title, locator, heading, card.text, _KINDS.get(card.kind, "texto"),
        card.grade, card.scale, "", year, population, (), source_hash, "ficha", card.page,
    )  # fmt: skip


def card_documents(folder: Path = DATA_DIR) -> list[Document]:
    """One document for each protocol with cards; the hash of its file tells whether the cards changed."""
    documents = []
    for path in sorted(folder.glob("*.tsv")):
        cards = read_cards(path)
        if not cards:
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        passages = [card_passage(card, digest) for card in cards]
        first = cards[0]
        family = first.key.split("-")[0]
        documents.append(
            Document(first.key, first.title, family, "", passages[0].year, path.name, digest, passages, (), "ficha")
        )
    return documents
