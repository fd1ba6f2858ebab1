"""The links between the documents of a results folder, put into their records after all are made."""

import hashlib
import json
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from pipeline import signs
from pipeline.ledger import Ledger
from pipeline.outcomes import Task
from pipeline.plan import Todo
from pipeline.publish import Publisher, digest_of
from pipeline.sealed import Damaged, packed, unpacked
from pipeline.sources import document_of
from pipeline.store import LINKS, Store

if TYPE_CHECKING:
    from pipeline.links import Card
    from pipeline.tasks import Shop


class Linking:
    """`grammar`: the id of the present one; `task` makes the task of a document, `shop` what it is worked on with."""

    def __init__(self, ledger: Ledger, store: Store, publisher: Publisher, grammar: int, code: str) -> None:
        self.ledger, self.store, self.publisher, self.grammar, self.code = ledger, store, publisher, grammar, code

    def done(self, vanished: Collection[str], shop: "Callable[[], Shop]", task: Callable[[Todo], Task]) -> None:
        """Every record with the links it is to have, and the list of all links; nothing where what they rest on is as it was."""
        if self.ledger.note("linked") == self._state(vanished):
            return
        from pipeline import links

        at_work = shop()
        cards = [(name, linked, self._card(name, card)) for name, linked, card in self.ledger.sealed_cards() if name not in vanished]
        found = links.told(links.ties((card for *_, card in cards), at_work.grammar))
        for name, linked, _ in cards:
            if linked != digest_of(found.get(name, ())):
                if linked:
                    self._unlink(name, at_work, task)
                if name in found:
                    self.publisher.link(name, found[name])
        self.store.tell(LINKS, ({"document": name, **link.model_dump(exclude={"evidence"})} for name, some in found.items() for link in some))
        with self.ledger.whole():
            self.ledger.keep_note("linked", self._state(vanished))

    def _card(self, name: str, sealed: bytes) -> "Card":
        """By what a document is linked; one that is damaged is made again from the record."""
        from extractors.record import Record
        from pipeline import links

        try:
            return links.of_plain(unpacked(sealed))
        except Damaged:
            self.ledger.told.append(f"“{name}”的链接记录已损坏，已重新生成")
            made = links.card(name, Record.model_validate_json(self.store.record_path(name).read_bytes()))
            with self.ledger.whole():
                self.ledger.keep_card(name, packed(made))
            return made

    def _state(self, vanished: Collection[str]) -> str:
        """A digest of what the links rest on, and of what stands of them."""
        rules = [meaning for name, meaning in self.ledger.meanings(self.grammar).items() if name.startswith("links")]
        told = hashlib.sha256(json.dumps([self.code, rules, signs.of_result(self.store.folder / LINKS)], ensure_ascii=False).encode())
        for name, linked, card in self.ledger.sealed_cards():
            if name not in vanished:
                told.update(f"{name}\0{linked}\0".encode() + card)
        return told.hexdigest()[:16]

    def _unlink(self, name: str, shop: "Shop", task: Callable[[Todo], Task]) -> None:
        """The record as it is without links."""
        from pipeline.tasks import work

        row = self.ledger.row(name)
        if row:
            self.publisher.relinked.setdefault(name, row.entry)
            todo = Todo(document_of(row), row.entry._replace(linked=""), row, None if row.entry.corrections else ("findings",))
            self.publisher.take(todo, work(shop, task(todo)._replace(card=b"")))
            self.publisher.flush()
