"""Plain figures of a wave: counts, mean and standard deviation with n. `rules.measures` has the intervals."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.kernel.rules.measures.index import to_hundred
from bihuan.kernel.rules.measures.means import Sample, summed
from bihuan.kernel.rules.surveys.form import Form, Item, Value, dimensions

Answered = Sequence[Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class QuestionFigure:
    code: str
    n: int
    """How many answered it."""
    counts: Mapping[int | str, int]
    """Answers by value or option, in the order of the scale or the options, zeros included."""
    sample: Sample | None
    """On the question's own scale, for yes/no the share of yes. None for options and without answers."""


@dataclass(frozen=True, slots=True)
class Figures:
    n: int
    questions: tuple[QuestionFigure, ...]
    dimensions: Mapping[str, Sample]
    """Points 0–100 by what is measured; a dimension that nobody answered is absent."""

    def question(self, code: str) -> QuestionFigure:
        """Raises KeyError for a question that is none of this form, or is free text."""
        found = next((each for each in self.questions if each.code == code), None)
        if found is None:
            raise KeyError(code)
        return found


def figures(form: Form, answered: Answered) -> Figures:
    """Figures of valid replies. A dimension's score of one reply is Σ w·100(x − min)/(max − min) ÷ Σ w over
    the questions that were answered, so scales of different length may stand in one dimension.
    """
    return Figures(
        len(answered),
        tuple(_question(item, answered) for item in form.items if item.kind != "text"),
        {
            name: sample
            for name, items in dimensions(form.items).items()
            if (sample := _sample(items, answered))
        },
    )


def _question(item: Item, answered: Answered) -> QuestionFigure:
    given = [answer for each in answered if (answer := each.get(item.code)) is not None]
    if item.scale is None:
        chosen = Counter(
            key for answer in given for key in (answer if isinstance(answer, list) else [answer])
        )
        return QuestionFigure(item.code, len(given), {key: chosen[key] for key in item.keys}, None)
    numbers = [answer for answer in given if isinstance(answer, int)]
    counted = Counter(numbers)
    low, high = item.scale
    counts: dict[int | str, int] = {value: counted[value] for value in range(low, high + 1)}
    return QuestionFigure(item.code, len(numbers), counts, summed(numbers) if numbers else None)


def _sample(items: Sequence[Item], answered: Answered) -> Sample | None:
    scores = [score for each in answered if (score := score_of(items, each)) is not None]
    return summed(scores) if scores else None


def score_of(items: Sequence[Item], answers: Mapping[str, Value]) -> float | None:
    """Points 0–100 of one reply over questions that are numbers; None when it answered none of them."""
    total = weights = 0.0
    for item in items:
        value = answers.get(item.code)
        if isinstance(value, int) and item.scale and item.weight > 0:
            total += item.weight * to_hundred(value, *item.scale)
            weights += item.weight
    return total / weights if weights else None
