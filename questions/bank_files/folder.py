"""A bank's folder on disk: read whole, checked whole."""

from pathlib import Path

from questions.bank_files import bank
from questions.bank_files.bank import BankText
from questions.bank_files.problems import BankError, BankProblem

_HOUSE = ("style.yaml", "quota.yaml")


def texts(folder: Path) -> tuple[dict[str, str], list[BankProblem]]:
    """Return the texts of a bank's files by their names in the folder, and what is not text."""
    texts_by_name: dict[str, str] = {}
    problems: list[BankProblem] = []
    for path in sorted(path for pattern in bank.PATTERNS for path in folder.glob(pattern)):
        name = path.relative_to(folder).as_posix()
        try:
            texts_by_name[name] = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError) as error:
            problems.append(BankProblem(name, 1, f"cannot be read as UTF-8 text: {error}"))
    return texts_by_name, problems


def read(
    folder: Path, *, house: Path | None = None, without: str = ""
) -> tuple[BankText | None, list[BankProblem]]:
    """Read what can be read of a bank, and say all that is wrong with it.

    A folder without a style or a quota of its own has those of `house`.
    """
    texts_by_name, unreadable = texts(folder)
    if house and house.is_dir():
        theirs, _ = texts(house)
        texts_by_name = {name: theirs[name] for name in _HOUSE if name in theirs} | texts_by_name
    texts_by_name.pop(without, None)
    text, problems = bank.read(texts_by_name)
    problems = [*unreadable, *problems]
    return text, sorted(problems, key=lambda problem: (problem.file, problem.line))


def read_bank(folder: Path, *, without: str = "") -> BankText:
    """Read a bank without a fault; raises BankError that names every problem.

    The file `without` is left out: the one that is about to be written.
    """
    text, problems = read(folder, without=without)
    if problems or text is None:
        raise BankError(problems)
    return text
