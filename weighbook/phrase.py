"""Words for people: every sentence a person reads exists in Chinese (first) and in English."""

from typing import NamedTuple


class Phrase(NamedTuple):
    """One sentence in both languages. `str()` gives them as two lines, Chinese above."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"

    def fill(self, **facts: object) -> "Phrase":
        """The sentence with its `{names}` replaced in both languages."""
        return Phrase(self.zh.format(**facts), self.en.format(**facts))


class Refusal(Exception):
    """Not accepted: a stable `code` for programs, what happened and what to do for people."""

    def __init__(self, code: str, what: Phrase, remedy: Phrase) -> None:
        super().__init__(f"{code}: {what.en} {remedy.en}")
        self.code = code
        self.what = what
        self.remedy = remedy
