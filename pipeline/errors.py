"""What can go wrong, and whose fault it is: the document, the grammar (`grammars.yaml_strict.GrammarError`), or the call."""


class DocumentError(Exception):
    """A document that cannot be read. `code` is stable, `reason` says what happened, `next_step` what the user can do."""

    def __init__(self, code: str, reason: str, next_step: str) -> None:
        self.code, self.reason, self.next_step = code, reason, next_step
        super().__init__(f"{reason}；{next_step}")


class UsageError(Exception):
    """The command was called with something it cannot take."""
