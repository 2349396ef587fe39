"""Rule, target and mode: under what terms submissions are scored and compared."""

from dataclasses import dataclass

from app.scoring.rules import Mode, Rule
from app.scoring.targets import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under what rule two submissions are compared; `target` and `mode` matter to "target"."""

    rule: Rule
    target: Target
    mode: Mode

    @property
    def shown_target(self) -> Target | None:
        """The target; None under a rule that has none."""
        return self.target if self.rule in {"target", "binary"} else None
