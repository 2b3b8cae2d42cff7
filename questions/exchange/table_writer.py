"""Questions as rows of a table: writing. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from questions.exchange.columns import ALWAYS, COLUMNS, OPTION_LETTERS, PROMPTS, escape_formula
from questions.exchange.losses import Loss, in_file_order, losses_of
from questions.items.item import FIELDS, Item, letter
from questions.items.kinds.registry import kind_of
from questions.translation import gettext


def table(items: Iterable[Item], losses: list[Loss]) -> Iterator[list[str]]:
    """Return the rows of a table of the items, its header first; columns nobody uses are absent."""
    rows = [_row(in_file_order(item), losses) for item in items]
    used = [name for name in COLUMNS if name in ALWAYS or any(row.get(name) for row in rows)]
    yield used
    for row in rows:
        yield [escape_formula(row.get(name, "")) for name in used]


def _row(item: Item, losses: list[Loss]) -> Mapping[str, str]:
    if len(item.prompts) > PROMPTS:
        losses.append(
            Loss(
                item.ref,
                gettext("prompt %(number)s and all after it were left out")
                % {"number": PROMPTS + 1},
            )
        )
    losses += losses_of(item, without=("fixed_options",))
    right = item.right[:PROMPTS] if kind_of(item.type).has_prompts else item.right
    row = {name: getattr(item, name) for name in ("ref", "type", "level", "stem")}
    row |= {field.name: _cell(getattr(item, field.name)) for field in FIELDS}
    row["key"] = " ".join(letter(index) for index in right)
    for name, option in zip(OPTION_LETTERS, item.options, strict=False):
        row |= {f"option_{name}": option.text, f"why_{name}": option.why}
        row[f"about_{name}"] = option.about
    prompts = enumerate(item.prompts[:PROMPTS], 1)
    return row | {f"prompt_{number}": prompt for number, prompt in prompts}


def _cell(value: object) -> str:
    """Return a field's value as a cell has it."""
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, Mapping):
        return "\n".join(f"{rule}: {reason}" for rule, reason in value.items())
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)
