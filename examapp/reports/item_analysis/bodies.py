"""What the `body` of a statistics row holds, key by key."""

from typing import NotRequired, TypedDict


class PartCounts(TypedDict):
    """An option, or a part of an ordering or matching, with who took it by fifth of ability."""

    label: str
    is_key: bool
    counts: list[int]


class QuestionBody(TypedDict):
    """Figures of a question over all its versions; None where answers cannot tell.

    `judged_version` is the version whose flags stand for the question.
    """

    deviation: float | None
    upper_lower: float | None
    efficiency: float | None
    judged_version: NotRequired[int | None]


class VersionBody(QuestionBody):
    """Figures of one version of a question.

    `met` and `right` hold, from the weakest fifth to the strongest, how many were asked and the
    credit they earned; `changed` counts answers by how they changed. `left_out` sittings asked it
    and did not reach it, were given up, or guessed unread; rows of older releases have none.
    """

    guess: float
    mean_seconds: float | None
    blank: int
    left_out: NotRequired[int]
    flagged: int
    changed: dict[str, int]
    met: list[int]
    right: list[float]
    parts: list[PartCounts]


class DomainReliability(TypedDict):
    """What a domain's own score, the whole score and both account for (PRMSE); None where unknown.

    `items` is how many items of the domain a form holds on average.
    """

    number: int
    title: str
    items: float
    own: float | None
    whole: float | None
    both: float | None
    adds_value: bool


class LeftOutSittings(TypedDict):
    """What the statistics of an exam leave out: sittings, then questions of the others."""

    abandoned: int
    hasty: int
    rapid: int
    not_reached: int


class PredictionBin(TypedDict):
    """Predictions of about the same size: how many, their mean, and how often they came true."""

    n: int
    predicted_percent: int
    observed_percent: int


class Predictions(TypedDict):
    """How chances to pass came true in the next sitting; the rival repeats the last verdict."""

    n: int
    brier: float
    last_verdict_brier: float
    calibration_error: float
    bins: list[PredictionBin]


class Accuracy(TypedDict):
    """How right one way to predict was: mean squared error, and mean logarithmic loss in nats."""

    brier: float
    log_loss: float


class NextAnswers(TypedDict):
    """How the share right that a report tells of a task came true in the answers after it.

    `n` answers of `people`; `elo` and `running_share` are rivals that predict the same answers.
    """

    n: int
    people: int
    report: Accuracy
    elo: Accuracy
    running_share: Accuracy
    calibration_error: float
    bins: list[PredictionBin]


class FormBody(TypedDict):
    """The scores of a form; `distribution` is [number right, persons] for each score.

    Rows from before domains were judged have none, nor did those say what they leave out.
    """

    mean: float | None
    deviation: float | None
    distribution: list[list[int]]
    scored_count: int
    domains: NotRequired[list[DomainReliability]]
    left_out: NotRequired[LeftOutSittings]
    predictions: NotRequired[Predictions | None]
    next_answers: NotRequired[NextAnswers | None]
