"""Merkle tree hash, inclusion and consistency proofs of RFC 6962 (section 2.1) with SHA-256.

Everything here is a pure function of ints and bytes. A hash is 32 bytes, a size counts leaves and is below
2**64. The ``verify_*`` functions return ``None`` and raise :class:`ProofError` for whatever does not hold,
a wrong type (``bool`` included) or a wrong length among them. Proof order is that of RFC 6962: from the
leaves to the root.

Nodes: ``(level, index)`` names the root of the perfect subtree over the leaves
``[index << level, (index + 1) << level)``. A log that stores these nodes proves in O(log n) reads
(:func:`inclusion_nodes`, :func:`consistency_nodes`); :class:`Frontier` appends in O(log n) hashes, O(1) amortised.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_SIZE = 32
"""Bytes of a hash."""
EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves."""
_MAX_SIZE = 2**64 - 1

Node = tuple[int, int]
"""(level, index) of a perfect subtree."""
NodeReader = Callable[[Sequence[Node]], list[bytes]]
"""Gives the hashes of the named perfect subtrees, in the order asked for."""


class ProofError(ValueError):
    """A proof, hash, index or size that does not hold."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf's bytes: SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its perfect subtrees, largest first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        _check_count(size, "size")
        _check_hashes(peaks, "peaks")
        if len(peaks) != size.bit_count():
            raise ProofError("a frontier has one peak for each set bit of its size")
        self.size = size
        self._peaks = list(peaks)

    def copy(self) -> Frontier:
        """An independent frontier with the same leaves."""
        other = Frontier()
        other.size, other._peaks = self.size, self._peaks.copy()
        return other

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf hash; returns the nodes it completes, level 0 (the leaf itself) first."""
        completed = [leaf]
        peaks, bit = self._peaks, self.size
        while bit & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            completed.append(leaf)
            bit >>= 1
        peaks.append(leaf)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Root over all leaves so far, O(log n)."""
        if not self._peaks:
            return EMPTY_ROOT
        result = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            result = sha256(b"\x01" + peak + result).digest()
        return result


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Root of the tree over these leaf hashes (``EMPTY_ROOT`` for none)."""
    _check_hashes(leaf_hashes, "leaf_hashes")
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.append(leaf)
    return frontier.root()


def peak_nodes(size: int) -> list[Node]:
    """Perfect subtrees that together cover ``size`` leaves, largest (leftmost) first."""
    return _cover(0, size)


def inclusion_nodes(index: int, size: int) -> list[list[Node]]:
    """For each hash of the inclusion proof, the perfect subtrees whose combination it is."""
    _check_index(index, size)
    path: list[list[Node]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_cover(middle, end))
            end = middle
        else:
            path.append(_cover(start, middle))
            start = middle
    return path[::-1]


def consistency_nodes(size1: int, size2: int) -> list[list[Node]]:
    """For each hash of the consistency proof, the perfect subtrees whose combination it is."""
    _check_sizes(size1, size2)
    if size1 == 0:
        raise ProofError("an empty tree proves nothing: every tree extends it")
    path: list[list[Node]] = []
    start, end, whole = 0, size2, True  # ``whole``: the remaining part is still the old tree itself
    while size1 != end:
        middle = start + _split(end - start)
        if size1 <= middle:
            path.append(_cover(middle, end))
            end = middle
        else:
            path.append(_cover(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_cover(start, end))
    return path[::-1]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int, size: int | None = None) -> list[bytes]:
    """Proof that leaf ``index`` is in the tree over the first ``size`` leaf hashes (all by default)."""
    size = len(leaf_hashes) if size is None else size
    _check_index(index, size)
    return read_proof(inclusion_nodes(index, size), _reader(leaf_hashes, size))


def consistency_proof(leaf_hashes: Sequence[bytes], size1: int, size2: int | None = None) -> list[bytes]:
    """Proof that the tree over the first ``size1`` leaf hashes is a prefix of that over ``size2``."""
    size2 = len(leaf_hashes) if size2 is None else size2
    return read_proof(consistency_nodes(size1, size2), _reader(leaf_hashes, size2))


def read_proof(parts: list[list[Node]], reader: NodeReader) -> list[bytes]:
    """Fetch all nodes of a proof in one call and fold each part into its hash."""
    flat = [node for part in parts for node in part]
    hashes = iter(reader(flat) if flat else [])
    proof = []
    for part in parts:
        fetched = [next(hashes) for _ in part]
        result = fetched[-1]
        for left in reversed(fetched[:-1]):
            result = node_hash(left, result)
        proof.append(result)
    return proof


def verify_inclusion(index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes] | None, root: bytes) -> None:
    """Raise :class:`ProofError` unless the leaf stands at ``index`` in the tree of ``size`` and ``root``.

    ``proof``: None (the null of JSON) is the empty proof.
    """
    proof = [] if proof is None else proof
    _check_index(index, size)
    _check_hash(leaf_hash, "leaf_hash")
    _check_hash(root, "root")
    _check_hashes(proof, "proof")
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    if len(proof) != inner + border:
        raise ProofError(f"an inclusion proof of {inner + border} hashes is needed, got {len(proof)}")
    computed = _chain_border(_chain_inner(leaf_hash, proof[:inner], index), proof[inner:])
    if computed != root:
        raise ProofError("the inclusion proof leads to another root")


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes] | None) -> None:
    """Raise :class:`ProofError` unless the tree of ``size1`` and ``root1`` is a prefix of the second.

    ``proof``: None (the null of JSON) is the empty proof.

    From size 0 to a larger tree there is no proof (it would say nothing), so it is refused. Two equal
    sizes need equal roots and an empty proof; the heads themselves are then not examined further.
    """
    proof = [] if proof is None else proof
    _check_sizes(size1, size2)
    for one, name in ((root1, "root1"), (root2, "root2")):
        if not isinstance(one, bytes):
            raise ProofError(f"{name} must be bytes")
    _check_hashes(proof, "proof")
    if size1 == size2:
        if proof:
            raise ProofError("equal sizes take an empty proof")
        if root1 != root2:
            raise ProofError("equal sizes with different roots")
        return
    if size1 == 0:
        raise ProofError("a proof from the empty tree says nothing")
    _check_hash(root1, "root1")
    _check_hash(root2, "root2")
    shift = (size1 & -size1).bit_length() - 1  # the last perfect subtree of the old tree has 2**shift leaves
    inner = ((size1 - 1) ^ (size2 - 1)).bit_length()
    border = ((size1 - 1) >> inner).bit_count()
    inner -= shift
    whole = size1 == 1 << shift  # the old tree is perfect: its root is the seed and not repeated in the proof
    needed = inner + border + (0 if whole else 1)
    if len(proof) != needed:
        raise ProofError(f"a consistency proof of {needed} hashes is needed, got {len(proof)}")
    seed, rest = (root1, proof) if whole else (proof[0], proof[1:])
    mask = (size1 - 1) >> shift
    if _chain_border(_chain_inner_right(seed, rest[:inner], mask), rest[inner:]) != root1:
        raise ProofError("the consistency proof does not lead to the old root")
    if _chain_border(_chain_inner(seed, rest[:inner], mask), rest[inner:]) != root2:
        raise ProofError("the consistency proof does not lead to the new root")


def _chain_inner(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    for level, sibling in enumerate(proof):
        seed = node_hash(sibling, seed) if index >> level & 1 else node_hash(seed, sibling)
    return seed


def _chain_inner_right(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    for level, sibling in enumerate(proof):
        if index >> level & 1:
            seed = node_hash(sibling, seed)
    return seed


def _chain_border(seed: bytes, proof: Sequence[bytes]) -> bytes:
    for sibling in proof:
        seed = node_hash(sibling, seed)
    return seed


def _split(size: int) -> int:
    """Largest power of two below ``size`` (size > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _cover(start: int, end: int) -> list[Node]:
    """Perfect subtrees over ``[start, end)``; ``start`` is aligned as the splits of RFC 6962 leave it."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def _reader(leaf_hashes: Sequence[bytes], size: int) -> NodeReader:
    _check_count(size, "size")
    if size > len(leaf_hashes):
        raise ProofError(f"a tree of {len(leaf_hashes)} leaves has no prefix of {size}")
    _check_hashes(leaf_hashes, "leaf_hashes")
    return lambda nodes: [root(leaf_hashes[i << level : (i + 1) << level]) for level, i in nodes]


def _check_count(value: int, name: str) -> None:
    if type(value) is not int or not 0 <= value <= _MAX_SIZE:
        raise ProofError(f"{name} must be a whole number from 0 to 2**64 - 1")


def _check_index(index: int, size: int) -> None:
    _check_count(index, "index")
    _check_count(size, "size")
    if index >= size:
        raise ProofError("the index lies beyond the tree")


def _check_sizes(size1: int, size2: int) -> None:
    _check_count(size1, "size1")
    _check_count(size2, "size2")
    if size1 > size2:
        raise ProofError("the second tree is smaller than the first")


def _check_hash(value: bytes, name: str) -> None:
    if not isinstance(value, bytes) or len(value) != HASH_SIZE:
        raise ProofError(f"{name} must be {HASH_SIZE} bytes")


def _check_hashes(values: Sequence[bytes], name: str) -> None:
    if not isinstance(values, (list, tuple)):
        raise ProofError(f"{name} must be a list of hashes")
    for value in values:
        _check_hash(value, f"each hash of {name}")
