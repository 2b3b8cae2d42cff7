"""What answers say about a learner, in every area at once. Pure.

The model is multilevel (Gelman & Hill 2007, "Data Analysis Using Regression and
Multilevel/Hierarchical Models", chapter 14; Wainer et al. 2001, "Augmented scores"): the ability of
an exam is normal over learners, and that of each domain, task and topic is normal about the area it
lies in, with a standard deviation for each level.

    theta_exam ~ N(mean, spreads[0]^2),  theta_area ~ N(theta_around, spreads[level + 1]^2)

Because areas form a tree, what is known of each can be computed exactly by passing messages up to
the exam and down again (Pearl 1988, "Probabilistic Reasoning in Intelligent Systems", chapter 4;
for item response models Gibbons & Hedeker 1992 and Rijmen 2009 use the same structure). A belief is
a row of probabilities on the grid of abilities, so that no answer pattern, not even one all right,
and no guessing floor needs an approximation by a normal curve.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from examapp.reports.measurement.items import GRID, STEP, Places, places
from examapp.reports.measurement.outline import Floats, Grove, Outline

# Narrower than this a normal curve falls between the points of the grid.
LEAST_SPREAD = 0.1


@dataclass(frozen=True)
class Spreads:
    """The mean ability of learners, and standard deviations of the exam and of each level below."""

    mean: float
    deviations: tuple[float, ...]

    def to_depth(self, depth: int) -> "Spreads":
        """Return the spreads of an outline of so many levels."""
        return Spreads(self.mean, self.deviations[: depth + 1])

    def kernel(self, level: int) -> Floats:
        """Return the chance of each ability (column) of an area, given that around it (row)."""
        return _kernel(max(self.deviations[level + 1], LEAST_SPREAD))

    def prior(self) -> Floats:
        """Return the chance of each ability of the exam before any answer."""
        chances = np.exp(-0.5 * ((GRID - self.mean) / max(self.deviations[0], LEAST_SPREAD)) ** 2)
        prior: Floats = chances / chances.sum()
        return prior


@lru_cache(maxsize=64)
def _kernel(spread: float) -> Floats:
    chances = np.exp(-0.5 * ((GRID[None, :] - GRID[:, None]) / spread) ** 2)
    kernel: Floats = chances / chances.sum(axis=1, keepdims=True)
    kernel.setflags(write=False)
    return kernel


# Assumed until learners tell otherwise: the exam, then domains, tasks and topics.
ASSUMED = Spreads(mean=0.5, deviations=(0.9, 0.45, 0.35, 0.25))


@dataclass(frozen=True)
class Posterior[Areas: (Outline, Grove)]:
    """Beliefs of learners (first axis) about all areas, on the grid (last axis).

    Of a grove the first two axes, learners and areas, are one. `up[k]` is the likelihood of the
    answers inside each area of level k, `messages[k]` what it says of the area around it; `root` is
    the belief about the exam. Rows of `up` are scaled to a maximum of 1, and `messages` with them.
    """

    outline: Areas
    spreads: Spreads
    up: tuple[Floats, ...]
    messages: tuple[Floats, ...]
    root: Floats

    @cached_property
    def _kernels(self) -> tuple[Floats, ...]:
        return tuple(self.spreads.kernel(level) for level in range(len(self.up)))

    @cached_property
    def _down(self) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        """For each level, what is known around each area without it, and of the area itself."""
        arounds: list[Floats] = []
        beliefs = [self.root if isinstance(self.outline, Grove) else self.root[:, None, :]]
        for level, parents in enumerate(self.outline.parents):
            around = beliefs[-1][..., np.asarray(parents), :] / self.messages[level]
            around /= around.sum(axis=-1, keepdims=True)
            belief = around @ self._kernels[level]
            belief *= self.up[level]
            belief /= belief.sum(axis=-1, keepdims=True)
            arounds.append(around)
            beliefs.append(belief)
        return tuple(arounds), tuple(beliefs[1:])

    def beliefs(self, level: int) -> Floats:
        """Return what is known of each area of a level: learners by areas by points of the grid."""
        return self._down[1][level]

    def squared_deviations(self, level: int) -> Floats:
        """Return E[(theta_area - theta_around)^2] of each area of a level, learners by areas."""
        kernel, around = self._kernels[level], self._down[0][level]
        moment = self.up[level] @ (kernel * (GRID[None, :] - GRID[:, None]) ** 2).T
        found: Floats = np.vecdot(moment, around) / np.vecdot(self.messages[level], around)
        return found

    def draws(self, normals: Floats) -> Floats:
        """Return joint draws of the leaves' abilities: learners by draws by leaves.

        `normals` holds a standard normal number for each draw (row) and area (column), the exam
        first, then level by level. The exam is drawn from its belief, every area from a normal
        curve with the exact mean and variance of its belief, given what was drawn around it.
        """
        drawn = _quantiles(self.root, normals[:, 0])[:, :, None]
        column = 1
        for level, parents in enumerate(self.outline.parents):
            size = len(parents)
            kernel = self._kernels[level]
            total = self.messages[level]
            mean = (self.up[level] @ (kernel * GRID).T) / total
            square = (self.up[level] @ (kernel * GRID**2).T) / total
            deviation = np.sqrt(np.maximum(square - mean**2, 1e-6))
            # Areas that lie in the same one around them share its place on the grid.
            there = places(drawn)
            inside = np.array(parents)
            around = Places(there.low[:, :, inside], there.rest[:, :, inside])
            which = np.arange(mean.shape[0] * size).reshape(-1, 1, size)
            noise = normals[:, column : column + size]
            drawn = around.along(mean, which) + around.along(deviation, which) * noise
            column += size
        return drawn


def infer[Areas: (Outline, Grove)](
    log_likelihood: Floats, outline: Areas, spreads: Spreads
) -> Posterior[Areas]:
    """Return what learners' answers say; `log_likelihood` is learners by leaves by grid points.

    Of a grove it is leaves by grid points: what nobody answered in costs nothing, and says nothing.
    """
    ups: list[Floats] = []
    messages: list[Floats] = []
    logs = log_likelihood
    for level, starts in reversed(list(enumerate(outline.starts))):
        up = np.exp(logs - logs.max(axis=-1, keepdims=True))
        message = np.maximum(up @ spreads.kernel(level).T, 1e-300)
        ups.append(up)
        messages.append(message)
        logs = np.add.reduceat(np.log(message), starts, axis=-2)
    logs = logs.reshape(-1, len(GRID))
    root = np.exp(logs - logs.max(axis=-1, keepdims=True)) * spreads.prior()
    return Posterior(
        outline=outline,
        spreads=spreads,
        up=tuple(reversed(ups)),
        messages=tuple(reversed(messages)),
        root=root / root.sum(axis=-1, keepdims=True),
    )


def _quantiles(beliefs: Floats, normals: Floats) -> Floats:
    """Return a draw of each belief (row) for each normal number, by inversion."""
    from scipy.special import ndtr

    chances = ndtr(normals)
    edges = np.concatenate([GRID - STEP / 2, [GRID[-1] + STEP / 2]])
    totals = np.cumsum(beliefs, axis=-1)
    return np.stack([np.interp(chances, np.concatenate([[0.0], total]), edges) for total in totals])
