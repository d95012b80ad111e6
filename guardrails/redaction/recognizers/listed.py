# ruff: noqa: E501 - patterns and word lists stay on one line
"""Names by their place: bed lists («C-3 Robles intubado», «Chablé cama 8»), senders of a chat, nicknames behind «le dicen», ranks («R3 Madrigal»)."""

from __future__ import annotations

import re
from typing import Any

from guardrails.redaction.lexicon import word_class
from guardrails.redaction.presidio import LocalRecognizer, RecognizerResult
from guardrails.redaction.tokenizer import fold
from guardrails.redaction.vocabulary import NEVER_NAMES, NICKNAME_PHRASES, NOT_A_NAME, PARTICLES, STAFF_TITLES, TITLES

_ONE = r"[^\W\d_]+(?:['’\-][^\W\d_]+)?"
_NAME = rf"{_ONE}(?:,? (?:(?:de|del|la|las|los|y|vda\.?|viuda|ma\.) ){{0,3}}{_ONE}\.?){{0,4}}"
_BED = re.compile(rf"(?:^|(?<=[.;|\n] )|(?<=[\n|]))[ \t]*(?:\d{{1,2}}[.)\-]+ ?)?(?:c(?:ama)?\.? ?-? ?\d{{1,3}}(?:-?[a-z])?(?![\w/]))[ .:|,)\-–—]{{1,4}}(?P<v>{_NAME})", re.MULTILINE | re.IGNORECASE)
_BEFORE_BED = re.compile(rf"(?:^|(?<=[.;|] ))(?P<v>{_NAME})[,:]? (?:de la |en )?(?:cama|cuna|cubiculo) ?\d", re.MULTILINE | re.IGNORECASE)
_CHAT = re.compile(r"^\[?\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?\s?m\.?)?\]?(?: -)? (?P<v>[^:\n\]]{2,40}):", re.MULTILINE | re.IGNORECASE)
_RANK = re.compile(rf"(?<![^\W_])r ?[1-6](?: ?(?:[A-ZÑ]{{1,4}}|TyO|GyO)(?![^\W_]))?(?: (?:de )?(?:urg|urgencias|cirugia|pediatria|mi|cg))?[.:]? (?P<v>{_NAME})", re.IGNORECASE)
_ITEM = re.compile(rf"^[ \t]*(?:caso )?\(?\d{{1,2}}[.)\-][ \t]?(?:px|pte|pac|sr\.?|sra\.?|don|doña|rn)?\.? ?(?P<v>(?:(?:de|del) (?:la |los )?)?{_NAME}),? \(?\d{{1,3}}(?![\d.])", re.MULTILINE | re.IGNORECASE)
_INITIALS = re.compile(r"(?<![^\W_])(?:[Dd]ra?|DRA?|[Ee]nf|[Rr]evis[oó]|[Ee]labor[oó]|[Aa]tte|[Vv]alor[oó]|[Ff]irma|[Ii]niciales|[Aa]utoriz[oó]|[Ee]ntreg[aó]|[Rr]ecib[eió]+|MIP|MPSS|R ?[1-6])[.:]{0,2} (?P<v>[A-ZÑ]\.(?: ?[A-ZÑ]\.?){0,3}(?![a-zñ])|[A-ZÑ](?=[:,;.\n]|$))")
_ONLY_INITIALS = re.compile(r"(?:^|(?<=[Pp]aciente )|(?<=[Pp]x )|(?<=[Pp]te )|(?<=iniciales )|(?<=[Ss]r\. )|(?<=[Ss]ra\. ))(?P<v>[A-ZÑ]\. ?[A-ZÑ]\.(?: ?[A-ZÑ]\.?){0,3})(?=,| \d| exp| fem| masc| de \d|\n|$)", re.MULTILINE)
_SECTIONS = frozenset(["ahf", "app", "apnp", "pa", "ef", "ta", "fc", "fr", "dx", "idx", "tx", "eva", "nss", "curp", "rfc", "fum", "fpp", "ago", "qx", "rx", "ic", "hc", "sv"])
_QUOTED = re.compile(r"\s*[:,]?\s*(?:el |la |por )?[\"“«'](?P<v>[^\"”»'\n]{2,30})[\"”»']")
_PLAIN = re.compile(rf"\s*:?\s*(?P<v>(?:(?:el|la) )?{_ONE}(?: {_ONE})?)", re.IGNORECASE)
_PHRASES = re.compile(r"(?<![^\W_])(?:" + "|".join(r"\s".join(one) for one in NICKNAME_PHRASES) + r")(?![^\W_])")
_STOPS = NEVER_NAMES | NOT_A_NAME | STAFF_TITLES | TITLES
_KINDLESS = {"libre", "vacia", "alta", "sin", "aislado", "reservada"}


class ListedNameRecognizer(LocalRecognizer):
    """Labels NOMBRE_PACIENTE and NOMBRE_PERSONAL by the place, NOMBRE where it is open."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["NOMBRE_PACIENTE", "NOMBRE_PERSONAL", "NOMBRE"], supported_language="es", name="ListedNameRecognizer")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Names the layout points at."""
        folded, cased = nlp_artifacts.folded, nlp_artifacts.cased
        out: list[RecognizerResult] = []

        def add(label: str, start: int, end: int, loose: bool, score: float = 0.7) -> None:
            last = _reach(text, start, end, cased, loose)
            if last > start:
                out.append(RecognizerResult(label, start, last, score))

        for match in _BED.finditer(text):
            add("NOMBRE_PACIENTE", *match.span("v"), loose=False)
        for match in _BEFORE_BED.finditer(text):
            if _reach(text, *match.span("v"), cased, False) == match.end("v"):
                add("NOMBRE_PACIENTE", *match.span("v"), loose=False)
        for match in _RANK.finditer(text):
            add("NOMBRE_PERSONAL", *match.span("v"), loose=False)
        for match in _ITEM.finditer(text):
            add("NOMBRE_PACIENTE", *match.span("v"), loose=False)
        out += [RecognizerResult("NOMBRE_PERSONAL", *match.span("v"), 0.8) for match in _INITIALS.finditer(text)]
        for match in _ONLY_INITIALS.finditer(text):
            if re.sub(r"\W", "", match["v"]).lower() not in _SECTIONS:
                out.append(RecognizerResult("NOMBRE_PACIENTE", *match.span("v"), 0.7))
        for match in _CHAT.finditer(text):
            start = match.start("v")
            for word in re.finditer(_ONE + r"\.?\s*", match["v"]):
                if fold(word[0].strip(" .")) not in STAFF_TITLES | TITLES:
                    break
                start = match.start("v") + word.end()
            add("NOMBRE_PERSONAL", start, match.end("v"), loose=True)
        for match in _PHRASES.finditer(folded):
            quoted = _QUOTED.match(text, match.end())
            if quoted is not None:
                out.append(RecognizerResult("NOMBRE", *quoted.span("v"), 0.75))
                continue
            plain = _PLAIN.match(text, match.end())
            if plain is not None:
                start = plain.start("v")
                article = re.match(r"(?:el|la) ", text[start:], re.IGNORECASE)
                head = start + (article.end() if article else 0)
                last = _reach(text, head, plain.end("v"), cased, loose=False)
                called = re.match(_ONE, text[head:])
                if last == head and article and called and fold(called[0]) not in _STOPS and len(called[0]) > 3 and (set(word_class(fold(called[0]))) & set("gs?") or called[0][0].isupper()):
                    last = head + called.end()  # «le dicen la güera»: behind the article any word is a nickname
                if last > head:
                    out.append(RecognizerResult("NOMBRE", start, last, 0.83 if article else 0.72))
        return out


def _reach(text: str, start: int, end: int, cased: bool, loose: bool) -> int:
    """End of the words of ``[start, end)`` that can be a name, ``start`` where the first can't.

    ``loose``: the place alone says that a name stands here; else the lists or a capital must agree.
    """
    last = start
    for match in re.finditer(_ONE + r"\.?", text[start:end]):
        word = match[0].rstrip(".")
        folded = fold(word)
        if folded in PARTICLES and last > start:
            continue
        if folded in _STOPS or folded in _KINDLESS:
            break
        kind = word_class(folded)
        known = "g" in kind or "s" in kind
        mixed = word[0].isupper() and (word[1:].islower() or len(word) == 1)
        initial = len(word) == 1 and word.isupper() and last > start
        fits = initial or (known and ("c" not in kind or (cased and mixed))) or (kind == "?" and cased and mixed and len(word) > 2) or (loose and (mixed or known))
        if not fits or (len(word) < 3 and not initial and not (known and mixed)):
            break
        last = start + match.end() - (match[0].endswith(".") and not initial)
    return last


RECOGNIZERS = (ListedNameRecognizer,)
