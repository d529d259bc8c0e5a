"""What the rules know beforehand: instruments, cards, people and who may use what."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

from .cards import CardBook, as_sent, canonical, numbers


class Person(NamedTuple):
    """A card holder; `key` is the row that the caller knows, carried through untouched."""

    key: int
    name: str


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """An instrument as far as the rules judge by it. Spans are seconds."""

    code: str
    name: str = ""
    place: str = ""
    rest_s: float = 0.0
    """Rest between a log-off and the next log-on; 0 = none."""
    overlong_s: float = 86_400.0
    silence_s: float = 300.0
    card_format: str = ""
    """A key of `cards.FORMATS`, or "" for any registered spelling."""
    encoding: str = "utf-8"
    roster_version: int = 0
    key: int | None = None


class Directory:
    """Read-only look-ups, built once for a batch (or a replay) and shared by all instruments.

    `cards` maps a card as registered to its holder; `permits` maps an instrument code to the
    keys of the people who may use it; `zone` is where journal times without offset live.
    `forgotten` gives the name under which the rows of an erased card are kept, if it is one: what a
    terminal uploads again belongs to them, and the number is not written down anew.
    """

    def __init__(
        self,
        instruments: Iterable[InstrumentFacts],
        cards: Mapping[str, Person],
        permits: Mapping[str, Iterable[int]],
        zone: tzinfo,
        forgotten: Callable[[str], str | None] | None = None,
    ) -> None:
        self.zone = zone
        self._instruments = {facts.code.casefold(): facts for facts in instruments}
        self._holders = {canonical(card): person for card, person in cards.items()}
        self._permits = {code: frozenset(people) for code, people in permits.items()}
        self._book = CardBook(cards)
        self._forgotten = forgotten

    def instrument(self, terminal: str) -> InstrumentFacts | None:
        """Find an instrument by the ID that its terminal sent, in any case."""
        return self._instruments.get(terminal.casefold())

    def identify(self, text: str, card_format: str = "") -> tuple[str, Person | None]:
        """Return the card's one name and its holder; (the card as sent, None) when unknown."""
        card = self._book.match(text, card_format)
        if card is None:
            return self.erased(text) or as_sent(text, card_format), None
        return card, self._holders[card]

    def erased(self, text: str) -> str | None:
        """The name that an erased card's rows bear, when `text` spells one of them and one alone."""
        if self._forgotten is None:
            return None
        names = {name for number in numbers(text) if (name := self._forgotten(number))}
        return names.pop() if len(names) == 1 else None

    def allowed(self, person: Person, code: str) -> bool:
        """Whether this person may use this instrument (judged, never enforced)."""
        return person.key in self._permits.get(code, ())

    def roster(self, code: str) -> list[tuple[str, str]]:
        """The cards and names allowed on one instrument, by card number; nobody else's."""
        permitted = self._permits.get(code, frozenset())
        return sorted((card, who.name) for card, who in self._holders.items() if who.key in permitted)
