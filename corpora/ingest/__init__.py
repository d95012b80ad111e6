"""Ingestion of official documents: a file in, a :class:`corpora.passages.Document` out.

``corpora.ingest.reader.ingest_file`` is the one entry. Each format has its module; all produce the same list of
:class:`corpora.ingest.blocks.Block`; ``chunk`` turns blocks into passages. No network, no model.
"""
