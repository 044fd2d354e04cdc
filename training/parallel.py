"""Gradients of one update, computed by several single-threaded workers.

Two threads inside one operator wait for each other thousands of times a second, and so run at the
pace of the busier core. Workers that each take whole micro-batches from one queue share out what
the machine has left: on cores that others use too, this trained half as fast again.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from training.model import ReaderModel

Loss = Callable[..., Tensor]


class Workers:
    """A pool of threads, each with a copy of the model that shares its weights but not its gradients."""

    def __init__(self, model: ReaderModel, loss: Loss, threads: int) -> None:
        """Makes the copies; sets PyTorch to one thread for each operator.

        Args:
            model: The model to train.
            loss: Called with a model and the tensors of a micro-batch; returns its mean loss.
            threads: Number of workers.
        """
        torch.set_num_threads(1)
        self._models = [model, *(_twin(model) for _ in range(threads - 1))]
        self._loss = loss
        self._pool = ThreadPoolExecutor(threads)

    def gradients(self, micro_batches: Sequence[Sequence[Tensor]]) -> float:
        """Fills the gradients of the model with those of all micro-batches together.

        Args:
            micro_batches: Tensors of each; the first has one row for each example, and every
                example weighs the same.

        Returns:
            The mean loss over all examples.
        """
        rows = sum(len(tensors[0]) for tensors in micro_batches)
        waiting = deque((tensors, len(tensors[0]) / rows) for tensors in micro_batches)
        running = [self._pool.submit(self._work, model, waiting) for model in self._models]
        total = sum(future.result() for future in running)
        first, *others = (list(model.parameters()) for model in self._models)
        for params in others:
            for kept, param in zip(first, params, strict=True):
                if param.grad is not None:
                    kept.grad = param.grad if kept.grad is None else kept.grad.add_(param.grad)
                    param.grad = None
        return total

    def _work(self, model: ReaderModel, waiting: deque[tuple[Sequence[Tensor], float]]) -> float:
        torch.set_num_threads(1)
        total = 0.0
        while True:
            try:
                tensors, share = waiting.popleft()
            except IndexError:
                return total
            loss = self._loss(model, *tensors) * share
            loss.backward()  # type: ignore[no-untyped-call]
            total += loss.item()


def _twin(model: ReaderModel) -> ReaderModel:
    twin = ReaderModel()
    for param, source in zip(twin.parameters(), model.parameters(), strict=True):
        param.data = source.data
    return twin
