"""``python -m eval.load``: the program with its default model, and physicians at once (locust) for some minutes.

Exit code 1 where a request failed, a session was mixed up, or someone was overtaken in the line more than the line
allows. ``--fragment`` writes ``docs/figures/carga.md``; its times say something only on an otherwise idle machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from copilot.errors import UsageError
from eval.serving import ROOT, serving

PHRASE = "frase de carga, sólo aquí"
HERE = Path(__file__).parent


def accounts(folder: Path, count: int) -> None:
    """Physicians in a throw-away data directory."""
    from copilot.auditing import open_log
    from copilot.settings import Settings
    from copilot.users import open_site
    from guardrails.audit import Role

    settings = Settings(data_dir=folder)
    with open_log(settings) as log:
        site = open_site(settings, lambda: log)
        for number in range(count):
            site.accounts.add(f"carga{number:02d}", [Role.PHYSICIAN], password=PHRASE)
        site.accounts.store.close()


def overtaken(rows: list[dict[str, Any]]) -> int:
    """How often, at most, one request was finished after others that were asked for a second or more later."""
    whole = [one for one in rows if not one["error"] and one.get("own")]
    ended = [(one["began"], one["began"] + one["seconds"]) for one in whole]
    return max((sum(b > began + 1 and e < end for b, e in ended) for began, end in ended), default=0)


def measure(users: int, seconds: int, model: str) -> list[dict[str, Any]]:
    """Serve, load, and return one row a note. Raises :class:`UsageError` without locust."""
    if importlib.util.find_spec("locust") is None:
        raise UsageError("Falta locust: pip install -e .[load]")
    with tempfile.TemporaryDirectory(prefix="copilot-carga-") as name:
        folder = Path(name)
        accounts(folder, users)
        more = {"COPILOT_USE_LLM": "false"} if model == "none" else {"COPILOT_LLM": model} if model else {}
        with serving(folder, None, subprocess.DEVNULL, **more) as running:
            out = folder / "carga.json"
            load = os.environ | {"CARGA_FRASE": PHRASE, "CARGA_SALIDA": str(out), "CARGA_CUENTAS": str(users)}
            locust = [
                sys.executable, "-m", "locust", "-f", str(HERE / "locustfile.py"), "--headless",
                "--host", running.address, "-u", str(users), "-r", str(users), "-t", f"{seconds}s",
                "--stop-timeout", "300", "--only-summary", "--loglevel", "WARNING",
            ]  # fmt: skip
            subprocess.run(locust, cwd=ROOT, env=load, check=False, stdout=sys.stderr)  # noqa: S603
            rows: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8")) if out.is_file() else []
            return rows


def table(rows: list[dict[str, Any]], users: int, seconds: int) -> str:
    """What was seen, as Markdown."""
    good = [one for one in rows if not one["error"] and one.get("own")]
    first = sorted(one["first"] for one in good) or [float("nan")]
    whole = sorted(one["seconds"] for one in good) or [float("nan")]

    def spread(values: list[float]) -> str:
        return f"{statistics.median(values):.1f} / {values[min(len(values) - 1, int(0.95 * len(values)))]:.1f}"

    waited = [one for one in rows if one["places"]]
    falling = sum(one["places"] == sorted(one["places"], reverse=True) for one in waited)
    ends = [one["began"] + one["seconds"] for one in rows]
    span = max(ends) - min(one["began"] for one in rows) if rows else 0
    lines = [
        ("médicos a la vez", str(users)),
        ("notas pedidas / completas", f"{len(rows)} / {len(good)}"),
        ("errores", str(sum(bool(one["error"]) or not one.get("own") for one in rows))),
        ("notas con texto de otra sesión", str(sum(bool(one.get("foreign")) for one in rows))),
        ("notas por minuto", f"{60 * len(good) / span:.1f}" if span else "—"),
        ("hasta ver la primera sección, mediana / p95 (s)", spread(first)),
        ("nota entera, mediana / p95 (s)", spread(whole)),
        ("vieron su lugar en la fila", f"{len(waited)}; el lugar sólo bajó en {falling}"),
        ("lugar más atrás que se mostró", str(max((max(one["places"]) for one in waited), default=0))),
        ("veces que una nota fue rebasada, máximo", str(overtaken(rows))),
    ]
    return "\n".join(["| | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in lines)])


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="python -m eval.load", description=__doc__)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=180, help="tras esto no empiezan notas nuevas")
    parser.add_argument("--model", default="", help="fila del registro; «none»: sin modelo de lenguaje")
    parser.add_argument("--fragment", action="store_true", help="escribe docs/figures/carga.md")
    given = parser.parse_args()
    rows = measure(given.users, given.seconds, given.model)
    made = table(rows, given.users, given.seconds)
    sys.stdout.write(made + "\n")
    if given.fragment and rows:
        from copilot.settings import get_settings
        from eval.figures import write_fragment

        model = given.model or get_settings().llm
        write_fragment(
            "carga", made, dataset=f"tres notas de ejemplo, {os.cpu_count()} núcleos, modelo {model}, locust",
            command=f"python -m eval.load --users {given.users} --seconds {given.seconds} --fragment",
        )  # fmt: skip
    wrong = [one for one in rows if one["error"] or not one.get("own") or one.get("foreign")]
    return 1 if wrong or not rows or overtaken(rows) > 1 else 0


if __name__ == "__main__":
    sys.exit(main())
