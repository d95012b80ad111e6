"""What the guard must not let pass, and the good paraphrase it must accept (alignment alone, without any model)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from guardrails.grounding import ErrorKind, GroundingGuard, Reading, Role, Severity

NOTA = (
    "Masc 67a, HTA de 15 a tx losartan 50 mg c/12h, DM2 tx metformina 850 mg c/8h suspendida hace 2 sem por creat 2.1. "
    "AHF: madre con CaMa, padre finado x IAM. Acude x disnea de 3 dias, niega fiebre y dolor toracico. "
    "EF: TA 150/90 FC 98 FR 22 T 36.4, edema MPI +++, MPD sin edema. Rx torax: derrame pleural derecho. "
    "IDx: probable neumonia. Plan: furosemida 40 mg IV c/12h, no dar AINES, cita en 2 sem con BH."
)

FIEL = [
    "Hombre de 67 años con presión alta desde hace quince años.",
    "Toma losartán 50 miligramos dos veces al día.",
    "La metformina se suspendió hace 14 días.",
    "Su madre padece cáncer de mama.",
    "Presenta falta de aire de 72 horas de evolución.",
    "Se encuentra sin fiebre.",
    "Edema de la pierna izquierda.",
    "Frecuencia cardiaca de 98 latidos por minuto.",
    "Probable neumonía.",
    "Evitar antiinflamatorios no esteroideos.",
    "Furosemida 0.04 g intravenosa BID.",
    "El miembro pélvico derecho no presenta edema.",
]

INFIEL = [
    ("Toma losartán 850 mg c/12h.", {ErrorKind.NUMBER}),
    ("Tx losartan 50 g c/12h.", {ErrorKind.UNIT, ErrorKind.NUMBER}),
    ("Continúa con metformina 850 mg c/8h.", {ErrorKind.PLAN}),
    ("DM2 en tratamiento con glibenclamida 850 mg c/8h.", {ErrorKind.DRUG}),
    ("Acude con disnea de 3 semanas.", {ErrorKind.TIME}),
    ("Acude por disnea de 3 días con fiebre.", {ErrorKind.NEGATION}),
    ("Edema de MPD +++.", {ErrorKind.LATERALITY, ErrorKind.NEGATION}),
    ("Rx de tórax con derrame pleural izquierdo.", {ErrorKind.LATERALITY}),
    ("Paciente con CaMa.", {ErrorKind.ATTRIBUTION}),
    ("IDx: neumonía.", {ErrorKind.CERTAINTY}),
    ("Plan: dar AINES, cita en 2 sem con BH.", {ErrorKind.PLAN}),
    ("TA 150/90, FC 22.", {ErrorKind.NUMBER}),
    ("Disnea secundaria a tromboembolia pulmonar.", {ErrorKind.CAUSE, ErrorKind.FABRICATION}),
    ("Se realizó tomografía de tórax que muestra embolia.", {ErrorKind.FABRICATION}),
]


@pytest.fixture(scope="module")
def guard() -> GroundingGuard:
    return GroundingGuard()


@pytest.mark.parametrize("statement", FIEL)
def test_accepts_good_paraphrase(guard: GroundingGuard, statement: str) -> None:
    verdict = guard.verify(NOTA, statement)
    assert verdict.supported, [(f.kind.value, f.detail, f.weight) for f in verdict.findings]
    assert verdict.kind is ErrorKind.NONE


@pytest.mark.parametrize(("statement", "kinds"), INFIEL)
def test_catches_error(guard: GroundingGuard, statement: str, kinds: set[ErrorKind]) -> None:
    verdict = guard.verify(NOTA, statement)
    assert not verdict.supported
    assert verdict.kind in kinds
    assert verdict.severity in (Severity.MAJOR, Severity.MINOR)


def test_evidence_lies_in_the_source(guard: GroundingGuard) -> None:
    verdict = guard.verify(NOTA, "Edema de la pierna izquierda.")
    assert any("edema MPI" in NOTA[a:b] for a, b in verdict.evidence)
    assert all(0 <= a < b <= len(NOTA) for a, b in verdict.evidence)


def test_a_verbatim_clause_is_supported(guard: GroundingGuard) -> None:
    assert guard.verify(NOTA, "Rx torax: derrame pleural derecho.").supported


def test_a_doubt_cut_off_is_not_verbatim(guard: GroundingGuard) -> None:
    assert not guard.verify("IDx: probable neumonia.", "Neumonia.").supported


def test_nothing_rests_on_an_empty_source(guard: GroundingGuard) -> None:
    verdict = guard.verify("  ", "Recibe metformina.")
    assert not verdict.supported
    assert verdict.kind is ErrorKind.FABRICATION


def test_same_verdicts_one_by_one_and_together(guard: GroundingGuard) -> None:
    statements = FIEL + [s for s, _ in INFIEL]
    assert guard.verify_many(NOTA, statements) == [guard.verify(NOTA, s) for s in statements]


def test_the_reader_is_asked_only_in_doubt_and_can_decide() -> None:
    asked: list[tuple[str, str]] = []

    class Listening:
        name = "pares"

        def score_pairs(self, pairs):  # type: ignore[no-untyped-def]
            asked.extend(pairs)
            return [0.5] * len(pairs)

    guard = GroundingGuard(Listening())
    guard.verify(NOTA, "Rx torax: derrame pleural derecho.")
    assert not asked, "a verbatim clause is settled without the reader"
    assert guard.verify(NOTA, "Refiere que se ahoga al recostarse.").read
    assert asked[0][1] == "Refiere que se ahoga al recostarse."


class Naming:
    """A reader of sources that doubts everything and names one kind of error."""

    name = "profundo"
    longest = 6_000

    def __init__(self, kind: ErrorKind) -> None:
        self.kind = kind

    def read_statements(self, source: str, statements: Sequence[str]) -> list[Reading]:
        return [Reading(0.001, {"fabricacion": 0.2, str(self.kind): 0.7}) for _ in statements]


@pytest.mark.parametrize(
    ("kind", "severity"), [(ErrorKind.NEGATION, Severity.MAJOR), (ErrorKind.TIME, Severity.MINOR)]
)
def test_where_the_reader_decides_it_names_the_error(kind: ErrorKind, severity: Severity) -> None:
    """What it rests on is the place the statement speaks of, and no support."""
    verdict = GroundingGuard(Naming(kind)).verify(NOTA, "La disnea le preocupa mucho.")
    assert verdict.read and not verdict.supported
    assert (verdict.kind, verdict.severity) == (kind, severity)
    assert verdict.role is Role.ABOUT
    assert any("disnea" in NOTA[a:b] for a, b in verdict.evidence)
    assert verdict.findings[-1].detail == "lector"


def test_a_weighty_reason_of_the_alignment_names_the_error_itself() -> None:
    verdict = GroundingGuard(Naming(ErrorKind.CAUSE)).verify(NOTA, "Rx de tórax con derrame pleural izquierdo.")
    assert verdict.kind is ErrorKind.LATERALITY
    assert verdict.role is Role.AGAINST
    assert any("derecho" in NOTA[a:b] for a, b in verdict.evidence)


def test_a_reader_of_pairs_names_no_kind_and_supported_evidence_is_support(guard: GroundingGuard) -> None:
    class Doubting:
        name = "pares"

        def score_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
            return [0.001] * len(pairs)

    verdict = GroundingGuard(Doubting()).verify(NOTA, "La disnea le preocupa mucho.")
    assert verdict.kind is ErrorKind.FABRICATION and verdict.role is Role.ABOUT
    assert guard.verify(NOTA, "Edema de la pierna izquierda.").role is Role.SUPPORT


@pytest.mark.parametrize("text", ["𝒶" * 500, "\x00\ud800", "((((((", "1/2/3/4/5", "no " * 400, "+" * 300, "a" * 20_000])
def test_broken_text_gives_a_verdict(guard: GroundingGuard, text: str) -> None:
    verdict = guard.verify(NOTA, text)
    assert 0 <= verdict.score <= 1
    assert 0 <= guard.verify(text or "x", "Toma losartán.").score <= 1


def test_nothing_of_the_text_stays_after_forgetting() -> None:
    from guardrails.grounding import annotate as module
    from guardrails.grounding.text import stem

    guard = GroundingGuard()
    guard.verify("Sr. Zacatelcoyotl Iturbideagua, con tos.", "Zacatelcoyotl tose.")
    guard.forget()
    assert not guard._cache
    assert module._typo.cache_info().currsize == 0
    assert stem.cache_info().currsize == 0
