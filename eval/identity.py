"""What a run was measured with beyond model, prompt and code: prompts, guard, data sets, guidelines, settings.

A flat table of names (Spanish) and values, so that two runs can be told apart line by line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from copilot.models.registry import find_model, sha256_of
from copilot.prompting import load_prompt
from copilot.settings import Settings
from eval.datasets.sets import of_suite
from eval.runs import Manifest

GUARDED = {"detector", "alucinacion", "omision"}
"""Suites whose figures rest on the grounding guard."""
SECTIONED = {"estructura", "alucinacion", "omision"}
"""Suites that ask the language model for sections."""
ASKING = {"guias", "abstencion", "alcance"}
"""Suites that ask the guidelines."""
WRITING = {"alucinacion", "omision"}
SETTINGS = ("use_llm", "embeddings", "grounding_reader", "answer_selection", "redaction_policy", "llm_server_model")
"""Settings that change what the façade gives."""
_SHORT = 16
_WEIGHTS = (".gguf", ".npz", ".safetensors")


def parts(settings: Settings, suites: Sequence[str]) -> dict[str, str]:
    """The parts that these suites use, each with its version or the start of its SHA-256."""
    named = set(suites)
    found = {f"ajuste {name}": str(getattr(settings, name)) for name in SETTINGS}
    found["ajuste llm_threads"] = str(settings.llm_threads or len(os.sched_getaffinity(0)))
    prompts = [("redaccion_caso", WRITING), ("seccion", SECTIONED), ("seccion_caso", SECTIONED)]
    if settings.answer_selection == "model":
        prompts += [("pasaje", ASKING), ("pasaje_caso", ASKING)]
    for name, users in prompts:
        if named & users:
            prompt = load_prompt(name)
            found[f"plantilla {name}"] = f"v{prompt.version} {prompt.hash[:_SHORT]}"
    if named & GUARDED:
        found |= _guard(settings)
    for one in {one.name: one for suite in suites for one in of_suite(suite)}.values():
        found[f"conjunto {one.name}"] = f"{one.use} {one.digest()[:_SHORT]}"
    if named & ASKING:
        found |= dict(_corpus(settings))
    return found


def _guard(settings: Settings) -> dict[str, str]:
    from copilot import deep_reader, readers
    from guardrails.grounding.combine import PATH as COMBINER

    found = {"guardián combiner.json": sha256_of(COMBINER)[:_SHORT]}
    base = find_model(settings, deep_reader.BASE)
    wanted = settings.grounding_reader == "profundo"
    deep = wanted and base.path(settings).is_file()  # else the reader of pairs serves
    if wanted:
        found["guardián modelo del lector"] = f"{base.name} {base.sha256[:_SHORT]}" if deep else "no está instalado"
    weights = sorted(path for path in (deep_reader if deep else readers).MODEL.iterdir() if path.suffix in _WEIGHTS)
    return found | {f"guardián {path.name}": sha256_of(path)[:_SHORT] for path in weights}


def _corpus(settings: Settings) -> Iterator[tuple[str, str]]:
    """Key, year and hash of every guideline that is searched; of the bundled cards where the corpus is still empty."""
    from copilot.retrieval.indexer import corpus_folder
    from copilot.retrieval.store import CorpusStore, StoredDocument
    from corpora.cards.passages import card_documents
    from corpora.passages import Document

    documents: Sequence[StoredDocument | Document] = ()
    if (corpus_folder(settings) / "corpus.sqlite").is_file():
        store = CorpusStore(corpus_folder(settings))
        try:
            documents = store.documents()
        finally:
            store.close()
    for one in documents or card_documents():
        yield f"guía {one.key} ({one.origin})", f"{one.year or 's/a'} {one.source_hash[:_SHORT]}"


def changed(then: Manifest, now: Manifest) -> list[str]:
    """What differs between two runs, one Spanish line each; what one of them did not record is left out."""
    pairs = [
        ("modelo", _of(then.model, "name", "sha256"), _of(now.model, "name", "sha256")),
        ("plantilla", _of(then.prompt, "name", "version", "hash"), _of(now.prompt, "name", "version", "hash")),
        ("código", then.code, now.code),
    ]
    if then.parts and now.parts:
        # A part of one run alone (a guideline added or taken away) is a difference, unless its suites are not shared.
        shared = set(then.suites) == set(now.suites)
        names = then.parts.keys() | now.parts.keys() if shared else then.parts.keys() & now.parts.keys()
        pairs += [(name, then.parts.get(name, "—"), now.parts.get(name, "—")) for name in sorted(names)]
    return [f"{name}: {a} → {b}" for name, a, b in pairs if a and b and a != b]


def _of(described: dict[str, str], *names: str) -> str:
    return " ".join(described.get(name, "")[:_SHORT] for name in names).strip()
