// The sections of the settings, and who may change what in them. The server decides again at each command.
import type { Role } from '../app/client.ts';

export const sections = [
  'groups',
  'templates',
  'channels',
  'agents',
  'contacts',
  'views',
  'optouts',
  'workspace',
] as const;
export type Section = (typeof sections)[number];

/** The section that an address names; the first one when it names none. */
export function sectionOf(name: string | undefined): Section {
  return sections.find((one) => one === name) ?? 'groups';
}

const leads: readonly Role[] = ['admin', 'supervisor'];
const admins: readonly Role[] = ['admin'];
const all: readonly Role[] = ['admin', 'supervisor', 'agent', 'template_agent'];

const changers: Record<Section, readonly Role[]> = {
  groups: leads,
  templates: leads,
  channels: admins,
  agents: admins,
  contacts: leads,
  views: all,
  optouts: leads,
  workspace: admins,
};

export function mayChange(section: Section, role: Role | undefined): boolean {
  return role !== undefined && changers[section].includes(role);
}
