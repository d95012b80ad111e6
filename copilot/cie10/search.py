"""Ranking of CIE-10 candidates: synonyms, then BM25 over stemmed titles, then character similarity.

BM25 after Robertson and Zaragoza (2009), with the Snowball Spanish stemmer. The whole index is built from the
table in about 0.2 s on first use.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

import Stemmer
from rapidfuzz import fuzz, process

from copilot.cie10.codes import normalise_code, synonyms, table
from copilot.domain import CodeCandidate
from copilot.folding import fast_fold, fold

_TOKEN = re.compile(r"[a-z0-9]+")
_STOP = frozenset(
    [
        "de",
        "del",
        "la",
        "el",
        "los",
        "las",
        "en",
        "y",
        "o",
        "u",
        "a",
        "por",
        "con",
        "sin",
        "para",
        "un",
        "una",
        "al",
        "no",
        "otro",
        "otra",
        "otros",
        "otras",
        "se",
        "su",
        "lo",
        "que",
        "como",
        "vs",
    ]
)
_NOISE = frozenset(
    [
        "probable",
        "probablemente",
        "posible",
        "posibles",
        "pb",
        "prob",
        "sospecha",
        "sospechoso",
        "descartado",
        "descartada",
        "descartar",
        "descarta",
        "derecho",
        "derecha",
        "izquierdo",
        "izquierda",
        "bilateral",
        "der",
        "izq",
        "bilateral",
        "dx",
        "idx",
        "diagnostico",
        "impresion",
        "diagnostica",
        "paciente",
        "conocido",
        "conocida",
        "portador",
        "portadora",
        "actual",
        "diagnosticada",
        "diagnosticado",
        "hace",
        "anos",
        "evolucion",
        "tratamiento",
        "larga",
        "estable",
        "remision",
        "resuelto",
        "resuelta",
        "resolucion",
        "tratada",
        "tratado",
        "secundario",
        "secundaria",
        "agregado",
        "agregada",
        "manejo",
        "estudio",
        "confirmado",
        "confirmada",
        "antecedente",
        "historia",
        "ademas",
        "tambien",
        "mas",
        "en",
    ]
)
_SURROGATE = re.compile(r"<[A-Z][A-Z0-9_]*>")
_INLINE_CODE = re.compile(r"(?<![A-Za-z0-9])([A-TV-Z]\d\d(?:\.?[\dX])?|U0[47]\.?\d)(?![A-Za-z0-9])")
_K1, _B = 1.2, 0.75
_SURE, _FLOOR_BESIDE_SURE, _FLOOR = 0.9, 0.6, 0.42
"""Beside a sure candidate, weak ones are noise; below the floor nothing is offered."""
_GENERIC = ("no especificad", "no especif")


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("spanish")


def _stems(text: str) -> list[str]:
    words = [w for w in _TOKEN.findall(text) if w not in _STOP]
    return list(_stemmer().stemWords(words))


class _Index:
    """Inverted index of the titles."""

    def __init__(self, titles: dict[str, str]) -> None:
        self.codes = list(titles)
        self.folded = [fast_fold(t) for t in titles.values()]
        vocabulary = sorted({w for t in self.folded for w in _TOKEN.findall(t)} - _STOP)
        stem_of = dict(zip(vocabulary, _stemmer().stemWords(vocabulary), strict=True))
        self.stems: list[frozenset[str]] = []
        self.lengths: list[int] = []
        self.postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for i, text in enumerate(self.folded):
            counts = Counter(stem_of[w] for w in _TOKEN.findall(text) if w not in _STOP)
            self.stems.append(frozenset(counts))
            self.lengths.append(sum(counts.values()))
            for stem, n in counts.items():
                self.postings[stem].append((i, n))
        self.mean = sum(self.lengths) / len(self.lengths)

    def bm25(self, stems: Iterable[str]) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        total = len(self.codes)
        for stem in set(stems):
            hits = self.postings.get(stem, ())
            if not hits:
                continue
            idf = math.log(1 + (total - len(hits) + 0.5) / (len(hits) + 0.5))
            for i, n in hits:
                norm = _K1 * (1 - _B + _B * self.lengths[i] / self.mean)
                scores[i] += idf * n * (_K1 + 1) / (n + norm)
        return scores


@lru_cache(maxsize=1)
def _index() -> _Index:
    return _Index(table())


@lru_cache(maxsize=1)
def _synonyms_by_tokens() -> tuple[dict[str, list[tuple[tuple[str, ...], str]]], list[str]]:
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for name in synonyms():
        tokens = tuple(_TOKEN.findall(name))
        by_first[tokens[0]].append((tokens, name))
    return by_first, [s for s in synonyms() if len(s) >= 7]


_SHORT = {
    "sx": "sindrome",
    "fx": "fractura",
    "ca": "cancer",
    "enf": "enfermedad",
    "insuf": "insuficiencia",
    "inf": "infeccion",
    "emb": "embarazo",
    "ep": "episodio",
    "trast": "trastorno",
    "hta": "hipertension arterial",
    "lx": "luxacion",
    "ag": "aguda",
    "cron": "cronica",
    "resp": "respiratoria",
    "sec": "secundaria",
    "1er": "primer",
    "2do": "segundo",
    "2o": "segundo",
    "3er": "tercer",
    "mod": "moderado",
    "emb.": "embarazo",
    "qx": "quirurgica",
    "1a": "primera",
    "2a": "segunda",
    "vv": "vulvovaginal",
    "desc": "descontrolada",
    "descont": "descontrolada",
    "abd": "abdominal",
}


def _clean(text: str) -> list[str]:
    words = " ".join(_SHORT.get(w, w) for w in _TOKEN.findall(fold(_SURROGATE.sub(" ", text)))).split()
    kept = [w for w in words if w not in _NOISE]
    return kept or (words if " ".join(words) in synonyms() else [])


def _phrases(words: list[str]) -> list[tuple[str, int]]:
    """Synonyms contained in the words, with the number of words each covers."""
    by_first, _ = _synonyms_by_tokens()
    found: list[tuple[str, int]] = []
    for i, word in enumerate(words):
        for tokens, name in by_first.get(word, ()):
            if tuple(words[i : i + len(tokens)]) == tokens:
                found.append((name, len(tokens)))
    return found


def candidates(text: str, k: int = 5) -> tuple[CodeCandidate, ...]:
    """The ``k`` best codes for a diagnosis in the physician's words, best first, scores in 0–1.

    Words of laterality and certainty do not count. Empty text or text without any known word gives ().
    """
    scores: dict[str, float] = {}

    def offer(code: str, score: float) -> None:
        if code in table():
            scores[code] = max(scores.get(code, 0.0), min(score, 1.0))

    for match in _INLINE_CODE.finditer(text):
        offer(normalise_code(match.group(1)), 1.0)
    words = _clean(text)
    if not words:
        return ()
    content = [w for w in words if w not in _STOP] or words
    phrase = " ".join(words)
    for name, covered in _phrases(words) + ([(phrase, len(words))] if phrase in synonyms() else []):
        exact = name == phrase
        share = len([w for w in _TOKEN.findall(name) if w not in _STOP]) / len(content)
        for rank, code in enumerate(synonyms()[name]):
            offer(code, (0.99 if exact else 0.55 + 0.38 * min(share, 1.0) + 0.005 * covered) - 0.02 * rank)
    if len(phrase) >= 6 and not any(s >= 0.9 for s in scores.values()):
        _, long_names = _synonyms_by_tokens()
        for name, ratio, _ in process.extract(
            phrase, long_names, scorer=fuzz.token_sort_ratio, score_cutoff=82, limit=3
        ):
            for rank, code in enumerate(synonyms()[name]):
                offer(code, 0.93 * ratio / 100 - 0.02 * rank)
    _offer_titles(words, scores, offer)
    floor = _FLOOR_BESIDE_SURE if max(scores.values(), default=0.0) >= _SURE else _FLOOR
    scores = {c: s for c, s in scores.items() if s >= floor}
    ranked = sorted(scores.items(), key=lambda s: (-s[1], len(s[0]), s[0]))[:k]
    return tuple(CodeCandidate(code, table()[code], round(score, 3)) for code, score in ranked)


def _offer_titles(words: list[str], scores: dict[str, float], offer: Callable[[str, float], None]) -> None:
    index = _index()
    stems = _stems(" ".join(words))
    if not stems:
        return
    bm = index.bm25(stems)
    best = sorted(bm.items(), key=lambda s: -s[1])[:60]
    if not best:
        return
    query = " ".join(words)
    families = {c[:3] for c, s in scores.items() if s >= 0.7}
    for i, _ in best:
        code, text = index.codes[i], index.folded[i]
        have = index.stems[i]
        recall = sum(1 for s in set(stems) if s in have) / len(set(stems))
        precision = sum(1 for s in have if s in stems) / max(len(have), 1)
        char = fuzz.token_sort_ratio(query, text) / 100
        score = 0.5 * recall + 0.22 * precision + 0.2 * char
        if code[:3] in families and recall >= 0.5 and len(stems) > 1:
            score += 0.1 * recall
        if any(g in text for g in _GENERIC) and recall == 1.0:
            score += 0.02
        if code[0] in "VWXYZ" and recall < 1.0:
            score -= 0.1
        if recall >= 0.34:
            offer(code, score * 0.97)
