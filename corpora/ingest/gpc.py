from corpora.ingest.blocks import Block


def looks_like_gpc(text: str) -> bool:
    return False


def parse_gpc(text: str) -> list[Block]:
    return []
