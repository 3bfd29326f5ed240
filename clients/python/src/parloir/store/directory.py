"""What a workspace consists of beside its conversations: settings, groups, agents, channels, templates.

Each entity carries the seq that last changed it, and an event that is not newer changes nothing.
"""

from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from parloir.frames import (
    Agent,
    AgentAvailabilityChanged,
    AgentChanged,
    AgentCreated,
    AgentDeactivated,
    AgentId,
    Channel,
    ChannelChanged,
    ChannelCreated,
    ChannelId,
    Event,
    Group,
    GroupArchived,
    GroupCreated,
    GroupDeleted,
    GroupEmptying,
    GroupId,
    GroupRenamed,
    Seq,
    Snapshot,
    Template,
    TemplateDeleted,
    TemplateId,
    TemplateSaved,
    Welcome,
    Workspace,
    WorkspaceChanged,
)
from parloir.screen import DirectoryValue

from .topics import Touch

Id = TypeVar("Id", bound=str)
Entity = TypeVar("Entity", Agent, Channel, Group, Template)


class _Shelf(Generic[Id, Entity]):
    """Entities by id, each at the newest version that is known."""

    def __init__(self) -> None:
        self.all: dict[Id, Entity] = {}

    def put(self, key: Id, entity: Entity) -> None:
        known = self.all.get(key)
        if known is None or known.seq < entity.seq:
            self.all[key] = entity

    def change(self, key: Id, seq: Seq, **changes: Any) -> None:
        known = self.all.get(key)
        if known is not None and seq > known.seq:
            self.all[key] = replace(known, seq=seq, **changes)


class Directory:
    """Everything that is told to the whole workspace, and the groups that are seen."""

    def __init__(self, touch: Touch) -> None:
        self._workspace: Workspace | None = None
        self._me: Agent | None = None
        self._groups = _Shelf[GroupId, Group]()
        self._agents = _Shelf[AgentId, Agent]()
        self._channels = _Shelf[ChannelId, Channel]()
        self._templates = _Shelf[TemplateId, Template]()
        self._touch = touch
        self._value: DirectoryValue | None = None

    def value(self) -> DirectoryValue:
        """As it is now; the same object until it changes."""
        if self._value is None:
            me = self._me
            templates = {key: one for key, one in self._templates.all.items() if one.status == "active"}
            self._value = DirectoryValue(
                workspace=self._workspace,
                me=None if me is None else self._agents.all.get(me.agent_id, me),
                groups=dict(self._groups.all),
                agents=dict(self._agents.all),
                channels=dict(self._channels.all),
                templates=templates,
            )
        return self._value

    def clear(self) -> None:
        """Nothing is known any more."""
        for shelf in (self._groups.all, self._agents.all, self._channels.all, self._templates.all):
            shelf.clear()
        self._changed()

    def welcome(self, welcome: Welcome) -> None:
        """Where this client came in, and as whom."""
        self._workspace = welcome.workspace
        self._me = welcome.agent
        self._changed()

    def snapshot(self, part: Snapshot) -> None:
        """A part of what a client begins with."""
        for group in part.groups:
            self._groups.put(group.group_id, group)
        for agent in part.agents:
            self._agents.put(agent.agent_id, agent)
        for channel in part.channels:
            self._channels.put(channel.channel_id, channel)
        for template in part.templates:
            self._templates.put(template.template_id, template)
        self._changed()

    def fold(self, event: Event) -> None:
        """What an event says of any of them."""
        if self._fold_group(event) or self._fold_agent(event) or self._fold_settings(event):
            self._changed()

    def _changed(self) -> None:
        self._value = None
        self._touch(("directory", None))

    def _fold_group(self, event: Event) -> bool:
        match event.data:
            case GroupCreated(group=group):
                self._groups.put(group.group_id, group)
            case GroupRenamed(group_id=group_id, name=name):
                self._groups.change(group_id, event.seq, name=name)
            case GroupArchived(group_id=group_id):
                self._groups.change(group_id, event.seq, status="archived")
            case GroupEmptying(group_id=group_id):
                self._groups.change(group_id, event.seq, status="emptying")
            case GroupDeleted(group_id=group_id):
                self._groups.all.pop(group_id, None)
            case _:
                return False
        return True

    def _fold_agent(self, event: Event) -> bool:
        match event.data:
            case AgentCreated(agent=agent):
                self._agents.put(agent.agent_id, agent)
            case AgentChanged(agent_id=agent_id, name=name, role=role, groups=groups):
                self._agents.change(agent_id, event.seq, name=name, role=role, groups=groups)
            case AgentDeactivated(agent_id=agent_id):
                self._agents.change(agent_id, event.seq, status="deactivated")
            case AgentAvailabilityChanged(agent_id=agent_id, availability=availability):
                self._agents.change(agent_id, event.seq, availability=availability)
            case _:
                return False
        return True

    def _fold_settings(self, event: Event) -> bool:
        match event.data:
            case ChannelCreated(channel=channel):
                self._channels.put(channel.channel_id, channel)
            case ChannelChanged(channel_id=channel_id, name=name, approved_countries=countries):
                self._channels.change(channel_id, event.seq, name=name, approved_countries=countries)
            case TemplateSaved(template=template):
                self._templates.put(template.template_id, template)
            case TemplateDeleted(template_id=template_id):
                self._templates.change(template_id, event.seq, status="deleted")
            case WorkspaceChanged():
                return self._fold_workspace(event.seq, event.data)
            case _:
                return False
        return True

    def _fold_workspace(self, seq: Seq, changed: WorkspaceChanged) -> bool:
        known = self._workspace
        if known is None or seq <= known.seq:
            return False
        self._workspace = replace(
            known,
            name=changed.name,
            country=changed.country,
            unread_until=changed.unread_until,
            hold_ms=known.hold_ms if changed.hold_ms is None else changed.hold_ms,
            link_days=known.link_days if changed.link_days is None else changed.link_days,
            seq=seq,
        )
        return True
