"""Checks beside the score: abstention, parity, stated targets and the theorems."""

from app.scoring.metrics.guaranteed import UNATTAINABLE
from app.scoring.score import Score
from app.scoring.targets import UNITS
from app.scoring.theory.behaviour import BehaviourRow
from app.scoring.theory.validity import ValidityCheck
from app.services.submissions.schemas import SubmissionDetail
from app.web.rendering import format as words


def silence(view: SubmissionDetail) -> list[tuple[str, str, str]]:
    """Precision, recall and F1 of abstentions, each with its interval and meaning."""
    if view.card is None or view.card.answerability is None:
        return []
    found = view.card.answerability
    precision, recall = found.abstention_precision, found.abstention_recall
    meaning = (
        ("Precision", precision, "of its “I don’t know”s, on questions without an answer"),
        ("Recall", recall, "of the questions without an answer, met with “I don’t know”"),
        ("F1", found.abstention_f1, "their harmonic mean"),
    )
    return [(name, _with_interval(score), says) for name, score, says in meaning]


def may_answer(view: SubmissionDetail) -> list[tuple[str, ...]]:
    """For each risk: from which confidence on it may answer, how much that is, and how much of it
    is wrong on the half that was held. Empty where no answer states a confidence."""
    if view.card is None:
        return []
    thresholds = view.card.guaranteed_thresholds
    if all(found.reason not in {None, UNATTAINABLE} for found in thresholds.values()):
        return []
    rows: list[tuple[str, ...]] = []
    for units, found in thresholds.items():
        risk = f"{units / UNITS:.0%}".replace("%", " %")
        if found.confidence is None:
            rows.append((risk, "no confidence is safe enough", words.DASH, words.DASH))
            continue
        wrong = f"{words.percent(found.selective_risk)}, at most {words.percent(found.upper_limit)}"
        rows.append((risk, f"{found.confidence:.9g}", words.percent(found.coverage), wrong))
    return rows


def answer_classes(view: SubmissionDetail) -> list[tuple[str, ...]]:
    """The questions with an answer and those without, each as a submission of its own."""
    classes = None if view.card is None else view.card.answerability
    if classes is None:
        return []
    rows = (("with an answer", classes.answerable), ("without an answer", classes.should_abstain))
    return [
        (
            name,
            f"{part.n_items:,}",
            *(
                words.percent(rate.value)
                for rate in (part.accuracy, part.error_rate, part.abstention_rate)
            ),
        )
        for name, part in rows
    ]


def _check(view: SubmissionDetail) -> ValidityCheck | None:
    return None if view.card is None else view.card.validity.check


def validity(view: SubmissionDetail) -> list[tuple[str, str]]:
    """The theorems' figures as rows; empty where there is nothing to check."""
    check = _check(view)
    if check is None:
        return []
    shares = (
        ("Error rate of an answer drawn from the probabilities", check.generation_error),
        ("Error of telling valid from wrong, at the best threshold", check.err_iiv_best),
        ("Theorem 3: least error that follows from it", check.theorem3_lower_bound),
        ("Theorem 1: least error, at the threshold 1 / wrong options", check.theorem1_lower_bound),
        ("Calibration gap delta at that threshold", check.theorem1_delta),
    )
    figures = [(name, words.percent(value)) for name, value in shares]
    if check.explained is not None:
        share = words.percent(check.explained)
        figures.append(("Share of the error that failing to recognise accounts for", share))
    return figures


def validity_verdict(view: SubmissionDetail) -> str:
    check = _check(view)
    if check is None:
        return ""
    seen = f"Checked on {check.n_items:,} questions with {check.n_choices} options."
    if check.holds:
        return f"{seen} Both hold."
    return f"{seen} One does not hold, so the upload, or we, must be wrong."


def validity_says(view: SubmissionDetail) -> list[str]:
    check = _check(view)
    return [] if check is None else list(check.conditions)


def _with_interval(score: Score) -> str:
    if score.value is None:
        return f"{words.DASH} ({words.reason(score.reason or 'undefined')})"
    if score.interval is None:
        return words.percent(score.value)
    low, high = score.interval.low * 100, score.interval.high * 100
    return f"{words.percent(score.value)} ({low:z.1f} to {high:z.1f})"


def behaviour(view: SubmissionDetail) -> list[tuple[str, str, str, str]]:
    if view.behaviour is None:
        return []
    return [
        (
            f"{row.target}",
            _with_interval(row.selective_accuracy),
            words.percent(row.coverage.value),
            _kept(row),
        )
        for row in view.behaviour.rows
    ]


def _kept(row: BehaviourRow) -> str:
    if row.shortfall is None:
        return "answered nothing"
    if row.below_target:
        return f"clearly below: {row.shortfall * 100:z.1f} points short"
    return "kept" if row.shortfall <= 0 else f"{row.shortfall * 100:z.1f} points short, not clearly"


def behaviour_says(view: SubmissionDetail) -> str:
    audit = view.behaviour
    if audit is None or audit.answers_less_as_price_rises is None:
        return "Only one target was told, so nothing can be said about how it reacts to the price."
    if audit.answers_less_as_price_rises:
        return "It answers less as a wrong answer costs more, as it should."
    if not audit.rises:
        return "It answers as often whatever a wrong answer costs."
    steps = ", ".join(f"{low} to {high}" for low, high in audit.rises)
    return f"It answers more often although a wrong answer costs more: from t = {steps}."


def reported(view: SubmissionDetail) -> str:
    """The figures that the submitter's tool reported beside those computed here; empty without
    them."""
    parity = view.parity
    if parity is None:
        return ""
    sentence = f"{parity.metric} {parity.reported:g} was reported"
    if parity.ours is None:
        return f"{sentence}; there is no such figure here to hold it against."
    if parity.agrees:
        return f"{sentence}, and the rows give the same."
    return f"{sentence}, but the rows give {parity.ours:.6g}."


def singletons(view: SubmissionDetail) -> str:
    """Lower bounds on the error from training counts; empty without counts."""
    bound = view.singletons
    if bound is None:
        return ""
    sentence = f"{words.percent(bound.singleton_rate)} of the training facts were seen exactly once"
    if not bound.informative:
        return f"{sentence}; with so few examples the theorem bounds no error from below."
    least = words.percent(bound.lower_bound_reported)
    return f"{sentence}; with probability 99 % a base model errs on at least {least} of such facts."
