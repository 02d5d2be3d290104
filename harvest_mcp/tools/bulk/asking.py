"""Ask a person to confirm a plan of many changes; the confirmation applies to that plan's digest."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from harvest_mcp.changes import ChangeSet, ChangeSetDraft, Step
from harvest_mcp.consent.policy import Question
from harvest_mcp.consent.question import QuestionSheet
from harvest_mcp.errors import InvalidArguments, StalePlan
from harvest_mcp.spec import System
from harvest_mcp.text.render import count
from harvest_mcp.tools.questions.ask import Asking, matter_of
from harvest_mcp.tools.tool import Call

Check = Callable[[Sequence[Step]], Awaitable[Sequence[str]]]
"""Returns, in sentences, what changed since a plan was made."""


WITH_PLAN = ("plan", "confirm", "kind")
"""Arguments that may come with a plan."""


async def kept(call: Call, system: System, given: Mapping[str, Any], known: Sequence[str]) -> ChangeSet:
    """Return the plan of this digest, as this tool made it for this user within a day.

    Raises:
        InvalidArguments: there is none, or the call has arguments that a plan cannot take.
    """
    plan = str(given["plan"])
    if extra := [name for name, value in given.items() if name not in WITH_PLAN and value]:
        raise InvalidArguments(call.tool, [f"plan goes alone, without {', '.join(extra)}"], known=known)
    batch = await call.journal(system).batch(plan=plan.strip().lower(), tool=call.tool)
    if batch is None or not batch.usable:
        why = f"no plan {plan} is kept here" if batch is None else f"plan {plan} is older than a day"
        raise InvalidArguments(call.tool, [f"{why}; call without plan to make one"], known=known)
    return batch


async def agreed(call: Call, system: System, batch: ChangeSet, given: Mapping[str, Any], check: Check) -> ChangeSet:
    """Return a batch that may be carried out: a person confirmed this plan now, or when it was started.

    Raises:
        NotConfirmed: nobody confirmed.
        StalePlan: the account changed since it was planned.
    """
    if batch.stage == "planned":
        await put(call, system, batch, Asking(call.tool, given), check)
        await call.journal(system).stage(batch.id, "planned", "begun")
    return batch


async def put(
    call: Call,
    system: System,
    batch: ChangeSet | ChangeSetDraft,
    asking: Asking,
    check: Check,
    facts: Sequence[object] = (),
) -> None:
    """Ask a person about a plan; `check` runs again when they answer.

    Raises:
        NotConfirmed: nobody confirmed.
        StalePlan: the account changed since it was planned.
    """
    first = batch.steps[0]
    matter = matter_of(call, system, system.resource(first.noun), first.record or 0)
    many = count(len(batch.steps), "change")

    async def build() -> Question:
        if problems := await check(batch.steps):
            told = " ".join(problems[:5])
            raise StalePlan(f"This plan fits the account no more: {told}", next="Call without plan to make a new one.")
        text = f"{batch.says} Plan {batch.plan}; one undo takes all of it back, as far as each can be."
        return Question(
            text=text,
            tick=f"{many} of plan {batch.plan}",
            matter=matter,
            content=(batch.plan, [asdict(step) for step in batch.steps], list(facts)),
            sheet=_sheet(call, system, batch),
        )

    await call.desk.confirmation.obtain(build, call.person, matter=matter, code=asking.code, again=asking.again)


def _sheet(call: Call, system: System, batch: ChangeSet | ChangeSetDraft) -> QuestionSheet:
    return QuestionSheet(
        does="carry out",
        untouched="Nothing was changed.",
        name=count(len(batch.steps), "change"),
        place=f"{system.title} at {call.desk.account(system).host}",
        fields=tuple((step.says, _values(step)) for step in batch.steps),
    )


def _values(step: Step) -> str:
    """Return the columns a step writes, one a line, with their earlier values."""
    return "\n".join(
        f"{name}: {step.before[name]} -> {value}" if step.before.get(name) else f"{name}: {value}"
        for name, value in step.values.items()
    )
