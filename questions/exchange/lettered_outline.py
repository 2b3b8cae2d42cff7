"""Where the questions of a lettered list may begin, seen over the whole file. Pure.

A numbered line may begin a question, or be an entry of a list in one; what tells is what follows.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from questions.exchange.lettered_entry import RULE
from questions.exchange.lettered_lines import HEADING, answer_of, is_label, number_of, option_of
from questions.exchange.markdown_lines import Line


@dataclass(frozen=True)
class _Ahead:
    """The next line of each kind at a line or after it, by index; the count of lines for none."""

    heading: int
    first_option: int
    option: int
    answer: int


class Outline:
    """The headings, numbers, options and answers of a file's lines, by index.

    `headings` holds depth and title; a label inside a question, as `#### Answer`, is none.
    `numbered` are the lines that begin with a number and have options before the next answer.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self.headings: dict[int, tuple[int, str]] = {}
        self.numbered: dict[int, int] = {}
        self._lines = lines
        self._ahead = self._look_ahead()
        self._by_region: dict[int, list[int]] = defaultdict(list)
        self._chosen: dict[int, int] = {}
        for index, line in enumerate(lines):
            numbered = number_of(line)
            if numbered and self.has_options_below(index):
                self.numbered[index] = numbered[0]
                self._by_region[self._ahead[index].first_option].append(index)

    def _look_ahead(self) -> list[_Ahead]:
        count = len(self._lines)
        ahead = [_Ahead(count, count, count, count)] * (count + 1)
        for index in range(count - 1, -1, -1):
            line, after = self._lines[index], ahead[index + 1]
            heading = None if line.is_code else HEADING.match(line.text)
            option = option_of(line)
            if heading and not is_label(heading[2]):
                self.headings[index] = (len(heading[1]), heading[2])
                ahead[index] = _Ahead(index, after.first_option, after.option, after.answer)
            elif option:
                first = index if option.index == 0 else after.first_option
                ahead[index] = _Ahead(after.heading, first, index, after.answer)
            elif answer_of(line) is not None:
                ahead[index] = _Ahead(after.heading, after.first_option, after.option, index)
            else:
                ahead[index] = after
        return ahead

    def has_options_below(self, index: int) -> bool:
        """Tell whether options follow a line before the next heading and the next answer."""
        ahead = self._ahead[index + 1]
        return ahead.first_option < min(ahead.heading, ahead.answer)

    def has_more_options(self, index: int) -> bool:
        """Tell whether the options under way go on behind a line."""
        ahead = self._ahead[index + 1]
        return ahead.option < min(ahead.heading, ahead.answer, ahead.first_option)

    def is_answered(self, index: int) -> bool:
        """Tell whether an answer follows a first option before the next first option."""
        ahead = self._ahead[index + 1]
        return ahead.answer < min(ahead.heading, ahead.first_option)

    def next_start(self, index: int, number: int) -> int:
        """Return the line, from one on, that begins the question after that of a number.

        Of the numbered lines before the next options it is the last with the next number, else the
        first with a higher one; -1 for none.
        """
        region = self._ahead[index].first_option
        if region not in self._chosen:
            lines = [
                each for each in self._by_region[region] if each >= index and self._is_apart(each)
            ]
            following = [each for each in lines if self.numbered[each] == number + 1]
            higher = [each for each in lines if self.numbered[each] > number]
            self._chosen[region] = (following[-1:] or higher[:1] or [-1])[0]
        return self._chosen[region]

    def _is_apart(self, index: int) -> bool:
        """Tell whether nothing stands right above a line that it may go on with."""
        if index == 0:
            return True
        above = self._lines[index - 1]
        if not above.bare or above.is_code or RULE.match(above.text):
            return True
        option = option_of(above)
        return answer_of(above) is not None or bool(option and option.index)

    def is_joined(self, index: int) -> bool:
        """Tell whether text stands right above a line, or the code that it is in."""
        if index == 0:
            return False
        above = self._lines[index - 1]
        return bool(above.bare) and (not above.is_code or self._lines[index].is_code)
