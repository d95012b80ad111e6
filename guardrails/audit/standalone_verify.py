#!/usr/bin/env python3
"""Verificador independiente de la bitácora: un solo archivo, sólo Python 3.9+ y la biblioteca «cryptography».

Uso en el equipo de la comisión:
    python3 standalone_verify.py EXPORTACION.jsonl --key audit-checkpoint.pub [--checkpoint GUARDADO.txt ...]

Comprueba cada eslabón: el compromiso de cada grupo de datos, cada hoja, cada nudo hasta la raíz, cada prueba de
inclusión, cada cambio de llave, cada borrado y su orden, la firma y los puntos de control guardados fuera.
Termina con 0 si todo concuerda, con 1 si algo fue alterado o falta, con 2 si no se pudo leer.

(For engineers: RFC 6962 tree, C2SP checkpoints; no import from the project, on purpose. :class:`Checker` also
serves the project's own verification of the database.)
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
from bisect import bisect_left, bisect_right
from hashlib import sha256
from typing import Any, Iterable, NamedTuple  # noqa: UP035  (runs on Python 3.9)

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "imss-copilot-audit/1"
LEAF = re.compile(
    r'\{"action":"([a-z_]+)","commit":\{"content":"([0-9a-f]{64})","context":"([0-9a-f]{64})",'
    r'"decision":"([0-9a-f]{64})"\},"index":(0|[1-9]\d*),"time":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)","v":1\}'
)
CONTEXT = set("role phase request outcome unit note_type version actor session encounter".split())  # noqa: SIM905
CONTEXT |= {"pseudonym_key", "salt", "keys", "log", "erasure"}
_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # json.loads without its detours: called once an entry
LIMIT = 1000  # findings kept with their text; the rest is counted


class Finding(NamedTuple):
    """Something that does not hold."""

    kind: str
    entry: int | None
    message: str


class Key(NamedTuple):
    """A checkpoint key: name, key id, raw public key."""

    name: str
    key_id: bytes
    public: bytes


def parse_key(text: str) -> Key:
    """Read ``NAME+KEYID+BASE64`` (C2SP verifier key); raises ValueError."""
    name, key_id, encoded = text.strip().split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if len(raw) != 33 or raw[:1] != b"\x01":
        raise ValueError("no es una llave Ed25519")
    if sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id:
        raise ValueError("el identificador no corresponde a la llave")
    return Key(name, bytes.fromhex(key_id), raw[1:])


def signed_by(key: Key, text: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature of the text."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def body(origin: str, size: int, root: bytes) -> bytes:
    """The signed text of a checkpoint."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()


def rotation_text(old: str, new: str) -> bytes:
    """What the old key signs when a new one follows it."""
    return f"imss-copilot key rotation\n{old}\n{new}\n".encode()


def _digest(group: str | bytes) -> str:
    """SHA-256 (hex) of a group as stored."""
    return sha256(group if isinstance(group, bytes) else group.encode("utf-8", "replace")).hexdigest()


class Tree:
    """RFC 6962 tree that grows at its right edge."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def append(self, leaf: bytes) -> bytes:
        """Add a leaf hash; returns the nodes that it completes, joined, itself first."""
        completed, bit, peaks = leaf, self.size, self.peaks
        while bit & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            completed += leaf
            bit >>= 1
        peaks.append(leaf)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Root over all leaves so far."""
        if not self.peaks:
            return sha256(b"").digest()
        result = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            result = sha256(b"\x01" + peak + result).digest()
        return result


def consistent(size1: int, size2: int, root1: bytes, root2: bytes, proof: list[bytes]) -> bool:
    """Whether an RFC 6962 consistency proof shows the first tree to be a prefix of the second."""
    if any(len(one) != 32 for one in proof) or not 0 < size1 <= size2:
        return False
    if size1 == size2:
        return not proof and root1 == root2
    shift = (size1 & -size1).bit_length() - 1
    inner = ((size1 - 1) ^ (size2 - 1)).bit_length()
    border = bin((size1 - 1) >> inner).count("1")
    inner -= shift
    rest = list(proof) if size1 == 1 << shift else proof[1:]
    if len(rest) != inner + border or not proof:
        return False
    old = new = root1 if size1 == 1 << shift else proof[0]
    for level, sibling in enumerate(rest):
        if level >= inner or (size1 - 1) >> (shift + level) & 1:
            old = sha256(b"\x01" + sibling + old).digest()
            new = sha256(b"\x01" + sibling + new).digest()
        else:
            new = sha256(b"\x01" + new + sibling).digest()
    return old == root1 and new == root2


class Prover:
    """Checks inclusion proofs against one root; what a proof shares with the last good one is compared, not hashed."""

    def __init__(self, size: int, root: bytes) -> None:
        self.size, self.root = size, root
        self.last: tuple[int, list[bytes], list[bytes]] = (-1, [], [])

    def holds(self, index: int, leaf: bytes, proof: list[bytes]) -> bool:
        """Whether the leaf stands at ``index`` under the root."""
        if not 0 <= index < self.size or any(len(one) != 32 for one in proof):
            return False
        inner = (index ^ (self.size - 1)).bit_length()
        if len(proof) != inner + bin(index >> inner).count("1"):
            return False
        last_index, last_path, last_proof = self.last
        path, current, done = [], leaf, False
        for level, sibling in enumerate(proof):
            path.append(current)
            if (
                last_index >= 0
                and last_index >> level == index >> level
                and level < len(last_path)
                and last_path[level] == current
                and last_proof[level:] == proof[level:]
            ):
                path += last_path[level + 1 :]
                done = True
                break
            if level >= inner or index >> level & 1:
                current = sha256(b"\x01" + sibling + current).digest()
            else:
                current = sha256(b"\x01" + current + sibling).digest()
        if not done and current != self.root:
            return False
        self.last = (index, path, proof)
        return True


class Checker:
    """Takes the entries one by one and collects what does not hold."""

    def __init__(self, *, complete: bool = True) -> None:
        self.complete = complete
        self.findings: list[Finding] = []
        self.count = 0
        self.tree = Tree()
        self.broken = False  # after a gap or a second row for an index the tree can't be followed further
        self.next = 0
        self.time = ""
        self.origin = ""
        self.keys: list[Key] = []
        self.keys_since: list[tuple[int, Key]] = []
        self.erased: list[tuple[int, int | None]] = []
        self.orders: dict[int, list[list[int]]] = {}
        self.pending: dict[int, list[tuple[str, bytes]]] = {}
        self.context: dict[str, Any] = {}

    def fail(self, kind: str, index: int | None, message: str) -> None:
        """Note a finding."""
        self.count += 1
        if len(self.findings) < LIMIT:
            self.findings.append(Finding(kind, index, message))

    def expect(self, size: int, root: bytes, what: str) -> None:
        """A root that the log must have had at ``size`` (before the entries are given)."""
        self.pending.setdefault(size, []).append((what, root))

    def entry(
        self,
        index: int,
        leaf: str,
        context: str | None,
        content: str | bytes | None,
        decision: str | bytes | None,
        erased_by: int | None,
    ) -> tuple[str, str, bytes, bytes]:
        """Check one entry; returns its action, time, leaf hash and the tree nodes it completes (b"" if unknown)."""
        if self.complete and index != self.next:
            if index > self.next:
                self.fail("falta_entrada", self.next, f"Faltan las entradas {self.next} a {index - 1}.")
            else:
                self.fail("orden", index, f"La entrada {index} está repetida o fuera de su lugar.")
            self.broken = True
        self.next = index + 1
        data = leaf.encode("utf-8", "replace")
        match = LEAF.fullmatch(leaf)
        if match is None:
            self.fail("hoja", index, f"La hoja de la entrada {index} no tiene la forma prevista.")
            action = moment = ""
        else:
            action, moment = match[1], match[6]
            if int(match[5]) != index:
                self.fail("orden", index, f"La hoja en el lugar {index} dice ser la {match[5]}.")
            if self.complete and moment < self.time:
                self.fail("reloj", index, f"La hora de la entrada {index} es anterior a la de la previa.")
            self.time = moment
            self._groups(index, match, context, content, decision, erased_by)
        hashed = sha256(b"\x00" + data).digest()
        nodes = b""
        if self.complete and not self.broken:
            nodes = self.tree.append(hashed)
            if self.tree.size in self.pending:
                for what, root in self.pending.pop(self.tree.size):
                    if self.tree.root() != root:
                        self.fail(
                            "raiz", None, f"La bitácora no concuerda con {what} (tamaño {self.tree.size})."
                        )
        return action, moment, hashed, nodes

    def _groups(
        self,
        index: int,
        match: re.Match[str],
        context: str | None,
        content: str | bytes | None,
        decision: str | bytes | None,
        erased_by: int | None,
    ) -> None:
        action = match[1]
        self.context = {}
        if context is None or _digest(context) != match[3]:
            self.fail("contexto", index, f"El contexto de la entrada {index} fue alterado.")
        else:
            self._context(index, action, context)
        if content is None and decision is None:
            self.erased.append((index, erased_by if type(erased_by) is int else None))
            return
        if erased_by is not None:
            self.fail("borrado", index, f"La entrada {index} dice estar borrada pero conserva datos.")
        if content is None or _digest(content) != match[2]:
            self._spoiled(index, "contenido", content)
        if decision is None or _digest(decision) != match[4]:
            self._spoiled(index, "decision", decision)

    def _spoiled(self, index: int, name: str, group: str | bytes | None) -> None:
        if group is None:
            self.fail("borrado_sin_orden", index, f"Falta el grupo «{name}» de la entrada {index}.")
        else:
            self.fail(name, index, f"El grupo «{name}» de la entrada {index} fue alterado.")

    def _context(self, index: int, action: str, text: str) -> None:
        try:
            context, end = _scan(text, 0)
            if end != len(text):
                raise ValueError
            if not context.keys() <= CONTEXT:
                self.fail("campo_desconocido", index, f"La entrada {index} trae un campo desconocido.")
            self.context = context
            if action == "log_created" and index == 0:
                self.origin = context["log"]["origin"]
                self._add_key(index, parse_key(context["keys"]["checkpoint"]))
            elif action == "key_rotation":
                self._rotation(index, context["keys"])
            elif action == "erase":
                self.orders[index] = [[int(a), int(b)] for a, b in context["erasure"]["entries"]]
            elif action == "log_created":
                self.fail("hoja", index, f"La entrada {index} pretende iniciar otra bitácora.")
        except (ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError):
            self.fail("contexto", index, f"El contexto de la entrada {index} no se puede leer.")

    def _add_key(self, index: int, key: Key) -> None:
        if key in self.keys:
            return  # in a partial export the same entry may come both as evidence and as the one asked for
        self.keys.append(key)
        self.keys_since.append((index, key))

    def _rotation(self, index: int, keys: dict[str, str]) -> None:
        if "checkpoint" not in keys:
            return  # only the pseudonym key was changed
        old, new = parse_key(keys["previous"]), parse_key(keys["checkpoint"])
        signature = base64.b64decode(keys["signature"], validate=True)
        if not self.complete and old in self.keys and new in self.keys:
            return
        follows = not self.keys or old == self.keys[-1]
        if not follows or not signed_by(old, rotation_text(keys["previous"], keys["checkpoint"]), signature):
            self.fail(
                "llave", index, f"El cambio de llave de la entrada {index} no lo firmó la llave anterior."
            )
            return
        if not self.keys:
            self._add_key(-1, old)
        self._add_key(index, new)

    def key_at(self, index: int) -> Key | None:
        """The key that signs entry ``index`` (a rotation is still signed by the old one)."""
        found = None
        for since, key in self.keys_since:
            if since < index or since <= 0:
                found = key
        return found

    def finish(self) -> None:
        """Check what can only be told after the last entry: erasures and expected sizes."""
        orders = {by: _merged(ranges) for by, ranges in self.orders.items()}
        for index, by in self.erased:
            ranges = orders.get(by, []) if by is not None and by > index else []
            place = bisect_right(ranges, [index, 2**64]) - 1
            if place < 0 or not ranges[place][0] <= index <= ranges[place][1]:
                self.fail("borrado_sin_orden", index, f"La entrada {index} fue borrada sin orden registrada.")
        if self.complete:
            erased = sorted({index for index, _ in self.erased})
            for by, ranges in orders.items():
                for first, last in ranges:
                    found = bisect_right(erased, last) - bisect_left(erased, first)
                    if found != last - first + 1:
                        self.fail("borrado", by, f"La orden {by} borró entradas que aún conservan datos.")
        if self.complete and not self.broken:
            for size, expected in sorted(self.pending.items()):
                for what, _ in expected:
                    self.fail(
                        "cola_perdida", None, f"Hay {self.tree.size} entradas pero {what} da fe de {size}."
                    )


def _merged(ranges: list[list[int]]) -> list[list[int]]:
    """Closed intervals sorted, those that overlap joined."""
    result: list[list[int]] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1]:
            result[-1][1] = max(result[-1][1], last)
        else:
            result.append([first, last])
    return result


def open_checkpoint(text: str, keys: Iterable[Key]) -> tuple[str, int, bytes]:
    """(origin, size, root) of a checkpoint that one of the keys signed; raises ValueError in Spanish."""
    head, separator, tail = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or len(lines) != 3 or not lines[1].isdigit():
        raise ValueError("El punto de control está incompleto o dañado.")
    signed = (head + "\n").encode()
    known = False
    for line in tail.splitlines():
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014":
            raise ValueError("Una línea de firma del punto de control está dañada.")
        raw = base64.b64decode(parts[2], validate=True)
        for key in keys:
            if key.name == parts[1] and key.key_id == raw[:4]:
                if not signed_by(key, signed, raw[4:]):
                    raise ValueError("La firma del punto de control no es válida.")
                known = True
    if not known:
        raise ValueError("Ninguna llave conocida firmó el punto de control.")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32 or body(lines[0], int(lines[1]), root) != signed:
        raise ValueError("El punto de control no tiene la forma prevista.")
    return lines[0], int(lines[1]), root


_HEADER = {"type", "format", "complete", "checkpoint", "consistency"}
_ENTRY = {"type", "id", "index", "leaf", "context", "content", "decision", "erased_by", "proof"}


def _row(line: str) -> dict[str, Any]:
    """A line as an object; raises ValueError for anything else, and for a field given twice."""
    row = json.loads(line, object_pairs_hook=_once)
    if not isinstance(row, dict):
        raise ValueError("no es un objeto")
    return row


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("campo repetido")
    return found


def verify_export(
    lines: Iterable[str], trusted: list[Key], outside: list[str]
) -> tuple[Checker, dict[str, Any]]:
    """Check an export (lines of text) against trusted keys and checkpoints kept outside."""
    stream = iter(lines)
    try:
        header = _row(next(stream))
        if header["type"] != "log" or header["format"] != FORMAT or not header.keys() <= _HEADER:
            raise ValueError
        complete, note = header["complete"], header["checkpoint"]
        if type(complete) is not bool:
            raise ValueError
        lines_of = note.split("\n")
        origin, size, root = lines_of[0], int(lines_of[1]), base64.b64decode(lines_of[2], validate=True)
        proofs = {
            (one["size"], one["root"]): [base64.b64decode(each, validate=True) for each in one["proof"]]
            for one in header.get("consistency", [])
        }
    except (StopIteration, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise ValueError("El archivo no es una exportación de la bitácora.") from None
    checker = Checker(complete=complete)
    if complete:
        checker.expect(size, root, "el punto de control de la exportación")
    saved = []
    for text in outside:
        try:
            parts = text.split("\n")
            saved.append((text, int(parts[1]), base64.b64decode(parts[2], validate=True)))
            if complete:
                checker.expect(saved[-1][1], saved[-1][2], "el punto de control guardado")
        except (ValueError, IndexError):
            checker.fail("punto_de_control", None, "Un punto de control guardado está dañado.")
    prover = Prover(size, root)
    seen, before = 0, -1
    ended = False
    for number, line in enumerate(stream, start=2):
        try:
            row = _row(line)
            if ended:
                checker.fail("linea", None, f"Hay líneas después del cierre (línea {number}).")
            if row["type"] == "end":
                ended = True
                if row.keys() != {"type", "count"}:
                    checker.fail("campo_desconocido", None, f"Campo desconocido en la línea {number}.")
                if type(row["count"]) is not int or row["count"] != seen:
                    checker.fail("cola_perdida", None, f"Se anuncian {row['count']} entradas y hay {seen}.")
                continue
            if row["type"] not in ("entry", "support") or not row.keys() <= _ENTRY:
                checker.fail(
                    "campo_desconocido", row.get("index"), f"Campo desconocido en la línea {number}."
                )
            index = row["index"]
            if type(index) is not int:
                raise TypeError
            hashed = checker.entry(
                index, row["leaf"], row["context"], row["content"], row["decision"], row["erased_by"]
            )[2]
            if row["type"] == "entry":
                seen += 1
                if not complete and index <= before:
                    checker.fail("orden", index, f"La entrada {index} está repetida o fuera de su lugar.")
                before = index
            proof = [base64.b64decode(one, validate=True) for one in row["proof"]]
            if not prover.holds(index, hashed, proof):
                checker.fail(
                    "inclusion", index, f"La prueba de inclusión de la entrada {index} no lleva a la raíz."
                )
            if row["id"] != f"{index}-{hashed.hex()[:8]}":
                checker.fail("hoja", index, f"El identificador de la entrada {index} no es el de su hoja.")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            checker.fail("linea", None, f"La línea {number} está dañada.")
    if not ended:
        checker.fail("cola_perdida", None, "La exportación está cortada: falta su línea de cierre.")
    checker.finish()
    _check_keys(checker, note, proofs, origin, (size, root), trusted, saved)
    return checker, {"entries": seen, "size": size, "origin": origin, "complete": complete}


def _check_keys(
    checker: Checker,
    note: str,
    proofs: dict[tuple[int, str], list[bytes]],
    origin: str,
    head: tuple[int, bytes],
    trusted: list[Key],
    saved: list[tuple[str, int, bytes]],
) -> None:
    """Signatures: of the export's checkpoint by the key in force, of the kept ones by any key of the chain."""
    chain = checker.keys
    if not any(key in chain for key in trusted):
        checker.fail("llave", None, "La llave pública dada no pertenece a esta bitácora.")
    if origin != checker.origin:
        checker.fail("punto_de_control", None, "El punto de control es de otra bitácora.")
    try:
        open_checkpoint(note, chain[-1:])
    except (ValueError, TypeError) as error:
        checker.fail("firma", None, str(error))
    for text, size, root in saved:
        try:
            if open_checkpoint(text, chain + trusted)[0] != checker.origin:
                checker.fail("punto_de_control", None, "El punto de control guardado es de otra bitácora.")
        except ValueError as error:
            checker.fail("firma", None, str(error))
        if size > head[0]:
            if not checker.complete:
                checker.fail("cola_perdida", None, f"El punto de control guardado da fe de {size} entradas.")
        elif not checker.complete:
            proof = proofs.get((size, base64.b64encode(root).decode()), [])
            if not consistent(size, head[0], root, head[1], proof):
                checker.fail("raiz", None, "El extracto no prueba que continúe el punto de control guardado.")


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Verifica una exportación de la bitácora del copiloto.")
    parser.add_argument("export", help="archivo JSON Lines exportado")
    parser.add_argument("--key", required=True, help="llave pública entregada a la comisión")
    parser.add_argument("--checkpoint", action="append", default=[], help="punto de control guardado fuera")
    options = parser.parse_args(arguments)
    try:
        with open(options.key, encoding="utf-8-sig") as stream:  # noqa: PTH123
            trusted = [parse_key(line) for line in stream if line.strip()]
        outside = []
        for path in options.checkpoint:
            with open(path, encoding="utf-8-sig") as stream:  # noqa: PTH123
                outside.append(stream.read())
        with open(options.export, encoding="utf-8", newline="\n") as stream:  # noqa: PTH123
            checker, facts = verify_export(stream, trusted, outside)
    except (OSError, ValueError) as error:
        print(f"No se pudo verificar: {error}", file=sys.stderr)  # noqa: T201
        return 2
    kind = "completa" if facts["complete"] else "parcial (prueba lo que contiene, no que no falte nada)"
    print(f"Bitácora {facts['origin']}; exportación {kind}; {facts['entries']} entradas de {facts['size']}.")  # noqa: T201
    for finding in checker.findings:
        print(f"ALTERADO [{finding.kind}] {finding.message}")  # noqa: T201
    if checker.count:
        print(f"Resultado: NO concuerda ({checker.count} hallazgos).")  # noqa: T201
        return 1
    print(f"Resultado: todo concuerda. Entradas con borrado ordenado: {len(checker.erased)}.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
