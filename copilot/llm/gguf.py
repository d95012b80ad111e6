"""A GGUF model in this process (llama-cpp-python) behind LangChain's chat interface."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from copilot.errors import ModelError
from copilot.llm.prefixes import Prefixes, common
from copilot.llm.turnstile import Turnstile

if TYPE_CHECKING:
    from llama_cpp import Llama

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
_SURROGATE_STOP = ("<|im_end|>", "<|endoftext|>", "<end_of_turn>")


def escape_gbnf(text: str) -> str:
    """A string as a GBNF terminal (llama.cpp grammar format)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def choice_grammar(options: Sequence[str]) -> str:
    """A GBNF grammar that lets the model say one of the options and nothing else."""
    return "root ::= " + " | ".join(escape_gbnf(option) for option in options)


@lru_cache(maxsize=64)
def _compiled(grammar: str) -> Any:
    from llama_cpp import LlamaGrammar

    return LlamaGrammar.from_string(grammar, verbose=False)


class GgufChat(BaseChatModel):
    """Chat model over one GGUF file. Call options: ``max_tokens``, ``temperature``, ``stop``, ``grammar``.

    One instance serves many threads: calls queue in a :class:`Turnstile`. The longest common prefix with the
    call before is kept in the key-value cache, and the evaluated system message of each prompt beside it
    (:class:`Prefixes`), so a static prefix is evaluated once.
    """

    path: Path
    context: int = 8192
    threads: int = 0
    chat: bool = True
    """False: a base model without a chat template; messages are joined as plain text."""
    max_tokens: int = 512
    temperature: float = 0.0
    seed: int = 0
    timeout_s: float = 120.0
    capacity: int = 64

    _llama: Any = PrivateAttr(default=None)
    _turnstile: Turnstile = PrivateAttr()
    _template: Any = PrivateAttr(default=None)
    _prefixes: Any = PrivateAttr(default=None)

    def model_post_init(self, context: Any, /) -> None:
        """Load the file (seconds). Raises :class:`ModelError` where llama.cpp refuses it."""
        from llama_cpp import Llama

        self._turnstile = Turnstile(self.timeout_s, self.capacity)
        threads = self.threads or len(os.sched_getaffinity(0))
        try:
            self._llama = Llama(
                model_path=str(self.path),
                n_ctx=self.context,
                n_threads=threads,
                n_threads_batch=threads,
                n_batch=512,
                seed=self.seed,
                # Weights are repacked for this processor's instructions; mapped pages would be held beside the copy.
                use_mmap=False,
                verbose=False,
            )
        except (ValueError, RuntimeError, OSError):
            raise ModelError(
                f"No se pudo cargar el modelo «{self.path.name}» (archivo dañado o memoria insuficiente)."
            ) from None
        self._prefixes = Prefixes(self._llama)
        template = self._llama.metadata.get("tokenizer.chat_template")
        if self.chat and template:
            from llama_cpp.llama_chat_format import Jinja2ChatFormatter

            eos = self._llama.detokenize([self._llama.token_eos()], special=True).decode("utf-8", "replace")
            self._template = Jinja2ChatFormatter(template=template, eos_token=eos, bos_token="")

    @property
    def _llm_type(self) -> str:
        return "gguf"

    @property
    def turnstile(self) -> Turnstile:
        """The queue, for the pages that show a position."""
        return self._turnstile

    @property
    def weights(self) -> Llama:
        """The loaded model, for another context over the same weights."""
        loaded: Llama = self._llama
        return loaded

    def close(self) -> None:
        """Free the model's memory, and that of what shares its weights; nobody may be using either."""
        if self._llama is not None:
            self._llama.close()
            self._llama = None

    # --- prompt -------------------------------------------------------------------------------------------

    def prepare(self, system: BaseMessage) -> None:
        """Evaluate a system message ahead of its first use (seconds; waits its turn like any call)."""
        prefix = self._prefix([system])
        with self._turnstile.turn() as ticket:
            ticket.check()
            self._prefixes.ready(prefix)

    def forget(self) -> None:
        """Drop what the cache holds of earlier calls, so that the next one gives what it would give as the first.

        What is reused of the call before changes how the rest is cut into batches, and with it the last digits.
        """
        with self._turnstile.turn() as ticket:
            ticket.check()
            self._prefixes.forget()

    def _prefix(self, messages: Sequence[BaseMessage]) -> list[int]:
        """Tokens of the system message, which every call with the same prompt shares; empty without one."""
        if not messages or messages[0].type != "system":
            return []
        one, other = (self._tokens([messages[0], HumanMessage(text)]) for text in ("uno", "DOS"))
        return one[: common(one, other)]

    def _tokens(self, messages: Sequence[BaseMessage]) -> list[int]:
        llama: Llama = self._llama
        if self._template is not None:
            turns = [{"role": _ROLES.get(one.type, "user"), "content": str(one.text)} for one in messages]
            text = self._template(messages=turns).prompt
        else:
            text = "\n".join(str(one.text) for one in messages)
        tokens: list[int] = llama.tokenize(text.encode("utf-8", "replace"), add_bos=True, special=True)
        if len(tokens) >= self.context:
            raise ModelError(
                f"El texto es demasiado largo para el modelo ({len(tokens)} fichas; caben {self.context})."
            )
        return tokens

    # --- generation ---------------------------------------------------------------------------------------

    def _pieces(
        self, messages: Sequence[BaseMessage], stop: Sequence[str] | None, options: dict[str, Any]
    ) -> Iterator[str]:
        """Text pieces as they are decoded. UTF-8 sequences split over tokens are held back until whole."""
        import codecs

        llama: Llama = self._llama
        tokens, prefix = self._tokens(messages), self._prefix(messages)
        limit = min(int(options.get("max_tokens") or self.max_tokens), self.context - len(tokens))
        grammar = _compiled(options["grammar"]) if options.get("grammar") else None
        stops = tuple(stop or ()) + _SURROGATE_STOP
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with self._turnstile.turn() as ticket:
            said, held = "", ""
            ticket.check()
            self._prefixes.ready(prefix)
            stream = llama.generate(
                tokens,
                temp=float(options.get("temperature", self.temperature)),
                top_k=40,
                top_p=0.95,
                repeat_penalty=float(options.get("repeat_penalty", 1.0)),
                grammar=grammar,
            )
            for count, token in enumerate(stream):
                ticket.check()
                if count >= limit or token == llama.token_eos():
                    break
                piece = decoder.decode(llama.detokenize([token], special=False))
                held += piece
                cut = min((held.find(one) for one in stops if one in held), default=-1)
                if cut >= 0:
                    held = held[:cut]
                    break
                # Keep back what could be the start of a stop string.
                keep = max((n for one in stops for n in range(1, len(one)) if held.endswith(one[:n])), default=0)
                ready = held[: len(held) - keep]
                if ready:
                    said += ready
                    held = held[len(ready) :]
                    yield ready
            if held:
                yield held

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(self._pieces(messages, stop, kwargs))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in self._pieces(messages, stop, kwargs):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk

    # --- choosing -----------------------------------------------------------------------------------------

    def choose(self, messages: Sequence[BaseMessage], options: Sequence[str]) -> dict[str, float]:
        """Probabilities of the options as the model's next words, constrained to them (they sum to 1).

        Where every option starts with a token of its own, one evaluation gives all of them; otherwise the
        grammar leads the model to one option, which gets probability 1.
        """
        llama: Llama = self._llama
        firsts = [llama.tokenize(one.encode(), add_bos=False, special=False) for one in options]
        heads = [one[0] for one in firsts]
        tokens, prefix = self._tokens(messages), self._prefix(messages)
        if len(set(heads)) < len(options):
            grammar = choice_grammar(options)
            said = "".join(self._pieces(messages, None, {"grammar": grammar, "max_tokens": 64}))
            return {one: float(one == said) for one in options}
        seen: list[np.ndarray] = []

        def capture(_: Any, scores: Any) -> Any:
            seen.append(np.array(scores, copy=True))
            return scores

        from llama_cpp import LogitsProcessorList

        with self._turnstile.turn() as ticket:
            ticket.check()
            self._prefixes.ready(prefix)
            grammar_ = _compiled(choice_grammar(options))
            next(llama.generate(tokens, temp=0.0, logits_processor=LogitsProcessorList([capture]), grammar=grammar_))
        logits = seen[0][heads].astype(np.float64)
        weights = np.exp(logits - logits.max())
        weights /= weights.sum()
        return dict(zip(options, weights.tolist(), strict=True))
