"""Check how texts are worded: banned words, long and unfinished sentences.

`content/vocabulary.yaml` lists banned words, what to say instead, and exceptions, with one entry
for each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import NamedTuple

from workshop.content.items import Item, Sentence
from workshop.content.loader import FOLDER, LAYOUT, kinds
from workshop.content.overlay import texts_of
from workshop.content.raw import NOTEBOOKS, WORDS, read_raw, read_yaml
from workshop.problems import Problem, shorten

VOCABULARY = "vocabulary.yaml"


class Text(NamedTuple):
    """A text that a person reads, and its place."""

    where: str
    name: str
    words: str
    whole: bool | None = False
    """Whether it has whole sentences with an end mark; None for a heading."""


class Phrases(Item):
    """Phrases that are not used, and what to say instead."""

    say: Sentence
    avoid: tuple[Sentence, ...]


class Exemption(Item):
    """A place where a banned phrase, or any sentence, may stay, and why."""

    where: Sentence
    """The place (`drills.yaml: *.story`), as a pattern with `*`."""
    phrase: str = ""
    """The phrase that may stay; empty for a whole text."""
    because: Sentence


class Vocabulary(Item):
    """How a language is written: limits, banned phrases and exemptions."""

    language: Sentence
    longest: int
    """The most words of a sentence."""
    abbreviations: tuple[Sentence, ...] = ()
    """Words that end with a full stop inside a sentence."""
    phrases: tuple[Phrases, ...]
    exemptions: tuple[Exemption, ...] = ()

    def allows(self, text: Text, phrase: str = "") -> bool:
        """Return whether an exemption covers a phrase, or with none the whole text."""
        place = f"{text.where}: {text.name}"
        return any(
            fnmatchcase(place, one.where) and one.phrase in ("", phrase.lower())
            for one in self.exemptions
        )


@dataclass(frozen=True)
class _Banned:
    pattern: re.Pattern[str]
    replacements: Mapping[str, str]


def read_vocabulary(language: str) -> Vocabulary | None:
    """Return the vocabulary of a language tag; None if the kit has none for it."""
    short = language.partition("-")[0].lower()
    found = (v for v in _all() if v.language == short)
    return next(found, None)


@cache
def _all() -> tuple[Vocabulary, ...]:
    return tuple(map(Vocabulary.model_validate, read_yaml(FOLDER / VOCABULARY)))


def wording_problems(texts: Iterable[Text], vocabulary: Vocabulary) -> Iterator[Problem]:
    """Yield a problem for each sentence that breaks a rule of the vocabulary."""
    banned = _compiled(vocabulary)
    for text in texts:
        if vocabulary.allows(text):
            continue
        yield from _banned_problems(text, vocabulary, banned)
        yield from _sentence_problems(text, vocabulary)


def _compiled(vocabulary: Vocabulary) -> _Banned:
    replacements = {
        phrase.lower(): entry.say for entry in vocabulary.phrases for phrase in entry.avoid
    }
    longest_first = sorted(replacements, key=len, reverse=True)
    either = "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in longest_first)
    return _Banned(re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE), replacements)


def _banned_problems(text: Text, vocabulary: Vocabulary, banned: _Banned) -> Iterator[Problem]:
    plain = _PLACEHOLDER.sub(lambda found: "_" * len(found[0]), text.words)
    for match in banned.pattern.finditer(plain):
        phrase = " ".join(match[0].lower().split())
        if not vocabulary.allows(text, phrase):
            message = f"“{match[0]}” is not used: say {banned.replacements[phrase]}."
            near = text.words[max(0, match.start() - 25) : match.end() + 25]
            yield Problem(message, text.name, shorten(near, 70), where=text.where)


_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_END = re.compile(r"[.!?…:][”“’)»\"]*$")
_STARTS_WITH_DIGIT = re.compile(r"[“„\"(]*\d")


def _sentence_problems(text: Text, vocabulary: Vocabulary) -> Iterator[Problem]:
    sentences = list(sentences_of(text.words, vocabulary.abbreviations))
    for sentence in sentences:
        count = len(words_of(sentence))
        ended = _END.search(sentence) is not None
        if count > vocabulary.longest:
            message = f"A sentence has {count} words; {vocabulary.longest} are the most."
            yield Problem(message, text.name, shorten(sentence, 70), where=text.where)
        if ended and count > 3 and _STARTS_WITH_DIGIT.match(sentence):
            message = "A sentence starts with a digit: write the number as a word, or turn it."
            yield Problem(message, text.name, shorten(sentence, 70), where=text.where)
    if sentences and text.whole is not None and (text.whole or len(sentences) > 1):
        yield from _open_problems(text, sentences[-1])


def _open_problems(text: Text, last: str) -> Iterator[Problem]:
    """Yield a problem if the last sentence has no end.

    A placeholder alone, or after a colon, may bring a whole sentence with its end mark.
    """
    if not _END.search(last) and not re.fullmatch(r"(?:.*: )?\{[^{}]*\}(?: \{[^{}]*\})*", last):
        message = "A sentence has no end mark."
        yield Problem(message, text.name, shorten(last, 70), where=text.where)


def words_of(sentence: str) -> list[str]:
    """Return the words of a sentence; a placeholder counts as one."""
    plain = _PLACEHOLDER.sub("X", sentence)
    return [w for w in plain.split() if any(c.isalnum() for c in w)]


def sentences_of(text: str, abbreviations: Iterable[str] = ()) -> Iterator[str]:
    """Yield the sentences of a text; a line's end does not end one."""
    plain, short = " ".join(text.split()), tuple(f" {one}" for one in abbreviations)
    start = 0
    for match in re.finditer(r"[.!?…][”“’)»\"]* (?=[“„‘«\"({]?[\w{])", plain):
        before, after = plain[start : match.end()].rstrip(), plain[match.end() :].lstrip('“„‘«"({')
        named = plain[match.end() :].lstrip().startswith("{") and " " in before
        if (after[:1].islower() and not named) or f" {before.replace('(', ' ')}".endswith(short):
            continue
        yield before
        start = match.end()
    if plain[start:].strip():
        yield plain[start:].strip()


# -- where texts stand --------------------------------------------------------------------------

WHOLE = frozenset(
    {
        "about",
        "ask",
        "because",
        "brings",
        "condition",
        "first_step",
        "for_you",
        "found",
        "good_answer",
        "happens",
        "instead",
        "lesson",
        "limits",
        "meaning",
        "mitigation",
        "one_side",
        "other_side",
        "question",
        "reading",
        "reason",
        "reasons",
        "scene",
        "stated",
        "statement",
        "story",
        "treatment",
        "use_for",
        "what",
        "why",
    }
)
"""Fields of content items that have whole sentences."""


def content_texts(folder: Path = FOLDER) -> Iterator[Text]:
    """Yield every text that a content folder gives itself."""
    raw = read_raw(folder, LAYOUT)
    for kind, model in kinds().items():
        for file, item in raw.items[kind]:
            name = str(item.get("id", item.get("key", item.get("value", ""))))
            for way, text in texts_of(model, item):
                field = next((str(p) for p in reversed(way) if not isinstance(p, int)), "")
                yield Text(file, ".".join([name, *map(str, way)]), text, field in WHOLE)
    for key, entry in raw.words.items():
        stem, _, name = key.partition(".")
        for form in entry.values() if isinstance(entry, dict) else [entry]:
            for line in str(form).split("\n"):
                yield Text(f"{WORDS}/{stem}.yaml", name, line)
    for name, prose in raw.notebooks.items():
        for id_, words in ((prose or {}).get("cells") or {}).items():
            yield from markdown_texts(str(words), NOTEBOOKS, f"{name}.{id_}")


def markdown_texts(markdown: str, where: str, name: str = "") -> Iterator[Text]:
    """Yield each heading, paragraph, list entry and table cell; code is left out."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    for at, token in enumerate(tokens):
        if token.type != "inline":
            continue
        children = token.children or []
        if children and children[0].type == "image":
            continue  # a picture of its own, whose words are a title
        words = "".join(_SPOKEN.get(child.type, child.content) for child in children)
        line = token.map[0] + 1 if token.map else 0
        opened = tokens[at - 1]
        paragraph = opened.type == "paragraph_open" and opened.level == 0
        whole = None if opened.type == "heading_open" else paragraph and len(words.split()) > 5
        yield Text(where, f"{name}:{line}" if name else f"line {line}", words, whole)


_SPOKEN = {"code_inline": "X", "softbreak": " ", "hardbreak": " ", "html_inline": ""}
