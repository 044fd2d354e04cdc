"""Gradients of one update, computed by several single-threaded processes.

Two threads inside one operator wait for each other thousands of times a second, and so run at the
pace of the busier core. Processes that each take whole micro-batches from one queue share out what
the machine has left. They share the weights; each has gradients of its own, summed for the update.
"""

import multiprocessing.queues
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
import torch.multiprocessing as mp
from torch import Tensor

from training.model import ReaderModel

Loss = Callable[..., Tensor]
Arrays = Sequence[np.ndarray[Any, Any]]


class Workers:
    """A pool of processes for one model; ends with the process that made it."""

    def __init__(self, model: ReaderModel, loss: Loss, count: int) -> None:
        """Starts the processes and moves the model's weights to memory that they share.

        Args:
            model: The model to train; update its weights in place only.
            loss: Called with a model and the tensors of a micro-batch; returns its mean loss.
            count: Number of processes.
        """
        model.share_memory()
        self._trained = [p for p in model.parameters() if p.requires_grad]
        context = mp.get_context("spawn")
        self._waiting = context.SimpleQueue()
        self._done = context.SimpleQueue()
        self._gradients = []
        for _ in range(count):
            own = [torch.zeros_like(p) for p in self._trained]
            for part in own:
                part.share_memory_()  # type: ignore[no-untyped-call]
            self._gradients.append(own)
            arguments = (model, own, loss, self._waiting, self._done)
            context.Process(target=_work, args=arguments, daemon=True).start()

    def gradients(self, micro_batches: Sequence[Arrays]) -> float:
        """Sets the gradients of the model to those of all micro-batches together.

        Args:
            micro_batches: Arrays of each; the first has one row for each example, and every example
                weighs the same.

        Returns:
            The mean loss over all examples.
        """
        rows = sum(len(arrays[0]) for arrays in micro_batches)
        for arrays in micro_batches:
            self._waiting.put((list(arrays), len(arrays[0]) / rows))
        total: float = sum(self._done.get() for _ in micro_batches)
        for param, *parts in zip(self._trained, *self._gradients, strict=True):
            param.grad = torch.stack(parts).sum(0)
            for part in parts:
                part.zero_()
        return total


def _work(
    model: ReaderModel,
    gradients: list[Tensor],
    loss: Loss,
    waiting: "multiprocessing.queues.SimpleQueue[tuple[list[Any], float]]",
    done: "multiprocessing.queues.SimpleQueue[float]",
) -> None:
    torch.set_num_threads(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    trained = [p for p in model.parameters() if p.requires_grad]
    for param, gradient in zip(trained, gradients, strict=True):
        param.grad = gradient  # backward adds to it in place
    # The layers are alike: what is compiled for one of them serves all.
    for block in model.blocks:
        block.compile(dynamic=False)
    while True:
        arrays, share = waiting.get()
        part = loss(model, *(torch.from_numpy(array) for array in arrays)) * share
        part.backward()  # type: ignore[no-untyped-call]
        done.put(part.item())


def _end_with_parent() -> None:
    """Wait for the process that made the pool: one that is killed ends no children itself."""
    parent = mp.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
