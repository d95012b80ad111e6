"""Locust scenario: physicians who sign in, structure a note in the page, read it, and begin another.

Each note holds a word of its own. A page that shows somebody else's word has mixed up two sessions, and the run fails.
The page's own events are used (Gradio's queue), so that the place in the line is seen as a physician sees it.
Accounts, pass phrase and output file come from the environment (``eval.load`` sets them).
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from locust import HttpUser, between, events, task

PHRASE = os.environ["CARGA_FRASE"]
OUT = Path(os.environ["CARGA_SALIDA"])
COUNT = int(os.environ["CARGA_CUENTAS"])
ROOT = "/medico"
_WORD = re.compile(r"clavecarga[0-9a-f]{8}")
_AHEAD = re.compile(r"En espera: hay (una|\d+) notas? antes")
_NOTES = (
    "Fem 54a con DM2 de 12 años. Acude por dolor en rodilla derecha de 3 días, {key}. TA 130/80 FC 88. Rodilla con "
    "edema leve. Idx gonartrosis. Paracetamol 500 mg c/8 h por 5 días. Cita en 2 semanas.",
    "Masc 34a con odinofagia y fiebre de 2 días, {key}. Niega alergias. T 38.4 FC 96. Faringe hiperémica. Dx "
    "faringoamigdalitis. Paracetamol 500 mg c/6 h. Abundantes líquidos.",
    "Niña de 4 años, diarrea de 2 días sin sangre, {key}. Tolera líquidos. FC 110, hidratada. Abdomen blando. Plan A, "
    "vida suero oral, datos de alarma.",
)
results: list[dict[str, Any]] = []
_free = list(range(COUNT))


class Physician(HttpUser):
    """One signed-in person; thinks a while between notes."""

    wait_time = between(1, 3)

    def on_start(self) -> None:
        """Sign in and find out how the page structures."""
        self.who = f"carga{_free.pop():02d}"
        self.client.trust_env = False
        form = {"usuario": self.who, "contrasena": PHRASE}
        with self.client.post("/entrar", data=form, allow_redirects=False, catch_response=True) as answer:
            if answer.status_code != 303:
                answer.failure(f"no entró: {answer.status_code}")
        self.client.headers["X-CSRF-Token"] = str(self.client.cookies.get("copiloto_csrf", ""))
        self.client.get(f"{ROOT}/")
        config = self.client.get(f"{ROOT}/config").json()
        parts = {one["id"]: one for one in config["components"]}
        run = next(i for i, one in parts.items() if one["props"].get("elem_id") == "estructurar")
        self.step = next(one for one in config["dependencies"] if [run, "click"] in [list(t) for t in one["targets"]])
        self.inputs = [parts[i] for i in self.step["inputs"]]

    @task
    def note(self) -> None:
        """One note from the button to the whole result."""
        key = f"clavecarga{uuid4().hex[:8]}"
        text = random.choice(_NOTES).format(key=key)  # noqa: S311 - which example, not a secret
        data = [text if one["props"].get("elem_id") == "texto" else one["props"].get("value") for one in self.inputs]
        self.session = uuid4().hex[:12]  # as a page that is loaded anew: Gradio ends a session's stream with its event
        body = {"data": data, "fn_index": self.step["id"], "session_hash": self.session}
        began = time.time()
        row: dict[str, Any] = {"user": self.who, "began": began, "places": [], "error": ""}
        try:
            joined = self.client.post(f"{ROOT}/gradio_api/queue/join", json=body, name="pedir")
            joined.raise_for_status()
            self._listen(row, key, began)
        except Exception as error:
            row["error"] = type(error).__name__
        row["seconds"] = time.time() - began
        results.append(row)
        failed = row["error"] or ("" if row.get("own") else "sin nota") or ("mezcla" if row.get("foreign") else "")
        events.request.fire(
            request_type="NOTA", name="nota entera", response_time=row["seconds"] * 1000, response_length=0,
            exception=RuntimeError(failed) if failed else None, context={},
        )  # fmt: skip

    def _listen(self, row: dict[str, Any], key: str, began: float) -> None:
        address = f"{ROOT}/gradio_api/queue/data?session_hash={self.session}"
        with self.client.get(address, stream=True, name="oír", timeout=600, catch_response=True) as stream:
            for line in stream.iter_lines():
                if not line.startswith(b"data:"):
                    continue
                said = line.decode("utf-8")
                message = json.loads(said[5:])
                ahead = _AHEAD.search(said)
                if ahead:
                    row["places"].append(1 if ahead[1] == "una" else int(ahead[1]))
                words = set(_WORD.findall(said))
                if key in words and "first" not in row:
                    row["first"] = time.time() - began
                row["own"] = row.get("own", False) or key in words
                row["foreign"] = row.get("foreign", False) or bool(words - {key})
                if message.get("msg") == "process_completed" and not message.get("success", True):
                    row["error"] = "falló"
                if message.get("msg") == "close_stream":
                    return


@events.quitting.add_listener
def keep(**_: Any) -> None:
    """Leave what was seen to whoever started the run."""
    OUT.write_text(json.dumps(results), encoding="utf-8")
