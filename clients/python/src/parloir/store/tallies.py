"""The counters of every visible group, as the server counts them. Nothing is counted here."""

from dataclasses import dataclass, field

from parloir.frames import AgentId, AssigneeCounters, CountersFrame, GroupCounters, GroupId, Seq
from parloir.screen import AgentTotals, CountersValue, Totals

from .topics import Touch


@dataclass(slots=True)
class _Tally:
    counters: CountersFrame | GroupCounters
    assignees: dict[AgentId, tuple[Seq, AssigneeCounters]] = field(
        default_factory=dict[AgentId, tuple[Seq, AssigneeCounters]]
    )


class Tallies:
    """The newest counters of each group."""

    def __init__(self, touch: Touch) -> None:
        self._groups: dict[GroupId, _Tally] = {}
        self._touch = touch
        self._value: CountersValue | None = None

    def value(self) -> CountersValue:
        """All groups added up, each by itself, and agents over all groups."""
        if self._value is None:
            self._value = self._read()
        return self._value

    def by_group(self) -> list[GroupCounters]:
        """Per group as in a snapshot: with every agent that has a count."""
        return [_whole(tally) for tally in self._groups.values()]

    def clear(self) -> None:
        """Nothing is known any more."""
        self._groups.clear()
        self._changed()

    def fold(self, frame: CountersFrame | GroupCounters) -> None:
        """Numbers replace what is known; an older frame changes nothing."""
        tally = self._groups.setdefault(frame.group_id, _Tally(frame))
        if frame.seq >= tally.counters.seq:
            tally.counters = frame
        if frame.complete:
            kept = {agent: known for agent, known in tally.assignees.items() if known[0] > frame.seq}
            tally.assignees = kept
        for part in frame.assignees:
            known = tally.assignees.get(part.agent_id)
            if known is None or known[0] <= frame.seq:
                tally.assignees[part.agent_id] = (frame.seq, part)
        self._changed()

    def forget(self, group_id: GroupId) -> None:
        """A group that is gone."""
        if self._groups.pop(group_id, None) is not None:
            self._changed()

    def _changed(self) -> None:
        self._value = None
        self._touch(("counters", None))

    def _read(self) -> CountersValue:
        by_group: dict[GroupId, Totals] = {}
        by_agent: dict[AgentId, AgentTotals] = {}
        for group_id, tally in self._groups.items():
            counted = tally.counters
            by_group[group_id] = Totals(counted.open, counted.closed, counted.unread, counted.unassigned)
            for agent_id, (_, part) in tally.assignees.items():
                known = by_agent.get(agent_id, AgentTotals())
                by_agent[agent_id] = AgentTotals(known.open + part.open, known.unread + part.unread)
        totals = by_group.values()
        everything = Totals(
            sum(one.open for one in totals),
            sum(one.closed for one in totals),
            sum(one.unread for one in totals),
            sum(one.unassigned for one in totals),
        )
        return CountersValue(everything, by_group, by_agent)


def _whole(tally: _Tally) -> GroupCounters:
    counted = tally.counters
    return GroupCounters(
        seq=counted.seq,
        group_id=counted.group_id,
        open=counted.open,
        closed=counted.closed,
        unread=counted.unread,
        unassigned=counted.unassigned,
        assignees=tuple(part for _, part in tally.assignees.values() if part.open or part.unread),
        complete=True,
    )
