"""False refusals: the scope decision alone over every clinical question the project holds.

``python -m eval.scope.refusals [--show]``; writes ``docs/figures/alcance_clinicas.md``. All these sets are development
sets, most of them were learnt from: what is refused here is an error to mend, not an estimate of new requests.
"""

from __future__ import annotations

import argparse

from copilot.assistant.screening import ScopeReader
from copilot.settings import get_settings
from eval.figures import write_fragment
from eval.scope.examples import guideline_questions
from eval.scope.requests import SPLITS, load_requests
from guardrails.scope import ScopeGuard


def clinical() -> dict[str, list[str]]:
    """The clinical questions by the name of their set."""
    requests = {
        f"alcance {split}": [one.text for one in load_requests(split) if one.category == "clinica"] for split in SPLITS
    }
    return guideline_questions() | requests


def main() -> int:
    """Count the refused ones of each set; ``--show``: print them with what the reader said."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true")
    show = parser.parse_args().show
    reader = ScopeReader(get_settings())
    guard = ScopeGuard(reader)
    rows = ["| preguntas clínicas | n | rechazadas |", "|---|---|---|"]
    asked = refused = 0
    for name, questions in clinical().items():
        wrong = [(one, verdict) for one in questions if not (verdict := guard.check(one)).allowed]
        asked, refused = asked + len(questions), refused + len(wrong)
        rows.append(f"| {name} | {len(questions)} | {len(wrong)} |")
        print(rows[-1], flush=True)  # noqa: T201
        for text, verdict in wrong if show else ():
            chances = " ".join(f"{value:.2f}" for value in reader.read(text))
            print(f"    {verdict.category} {verdict.rule} [{chances}] {text}", flush=True)  # noqa: T201
    rows.append(f"| **todas** | {asked} | {refused} |")
    print(rows[-1])  # noqa: T201
    write_fragment(
        "alcance_clinicas", "\n".join(rows), dataset="todas las preguntas clínicas de eval/guidelines y eval/scope",
        command="python -m eval.scope.refusals",
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
