"""What the reduced precisions cost: perplexity on held-out text of the demo checkpoint.

Run as `python -m bench.quality`. The text is made by the generator that made the training text,
from a seed that training never saw. float32 as transformers computes it is the measure.
"""

import sys
from importlib import import_module
from math import exp
from pathlib import Path

import torch
from torch.nn import functional
from transformers import AutoTokenizer, GPT2LMHeadModel

from gpt2_service.engine.checkpoint_reader import read_checkpoint
from gpt2_service.engine.network import Network

SERVICE = Path(__file__).parents[1] / "service"
HELD_OUT_SEED = 987_654_321
TEXTS, TOKENS = 16, 256


def held_out(folder: Path) -> torch.Tensor:
    """Return `[TEXTS, TOKENS]` tokens of text that the checkpoint was not trained on."""
    sys.path.insert(0, str(SERVICE / "tools"))
    documents = import_module("demo_text").documents

    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = documents(TEXTS, HELD_OUT_SEED)
    return torch.tensor([tokenizer(text, verbose=False)["input_ids"][:TOKENS] for text in texts])


def engine_loss(network: Network, tokens: torch.Tensor) -> float:
    """Return the mean negative log likelihood, computed by steps of all texts together."""
    network.fix_batches(TEXTS, 0)
    slots = network.slot_cache(TEXTS, TOKENS)
    for _ in range(TEXTS):
        slots.join(network.prompt_cache(0))
    logits = [network.step(tokens[:, place].tolist(), slots, []) for place in range(TOKENS - 1)]
    return _loss(torch.stack(logits, 1), tokens)


def _loss(logits: torch.Tensor, tokens: torch.Tensor) -> float:
    return float(functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten()))


def main(folder: Path = SERVICE / "checkpoint") -> None:
    """Print one table."""
    torch.set_num_threads(1)
    tokens = held_out(folder)
    model = GPT2LMHeadModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        losses = {"transformers fp32": _loss(model(tokens).logits[:, :-1], tokens)}
    checkpoint = read_checkpoint(folder)
    for precision in ("fp32", "bf16", "int8"):
        losses[f"engine {precision}"] = engine_loss(Network(checkpoint, precision), tokens)
    base = exp(losses["transformers fp32"])
    print(f"perplexity on {tokens[:, 1:].numel()} held-out tokens")
    for name, loss in losses.items():
        print(f"{name:<20}{exp(loss):10.5f}{exp(loss) / base - 1:+10.3%}")


if __name__ == "__main__":
    main()
