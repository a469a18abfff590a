// The parts of the settings, in the order of the navigation, and who sees which.
import {
  IconActivityHeartbeat,
  IconBuilding,
  IconBuildingCommunity,
  IconDoor,
  IconHistory,
  IconKey,
  IconStethoscope,
  IconUserCircle,
  IconUsers,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';
import type { Me } from '../../api/me';

interface Section {
  /** Below /settings; also the key of its name. */
  path: string;
  icon: Icon;
  /** Without, everybody who is signed in sees it. */
  needs?: string;
}

/** A part is listed once its page is there. */
const all: Section[] = [
  { path: 'me', icon: IconUserCircle },
  { path: 'rooms', icon: IconDoor },
  { path: 'organisation', icon: IconBuilding, needs: 'manage_organisation' },
  { path: 'establishments', icon: IconBuildingCommunity, needs: 'manage_organisation' },
  { path: 'people', icon: IconUsers, needs: 'see_directory' },
  { path: 'sign-in', icon: IconKey, needs: 'manage_organisation' },
  { path: 'webhooks', icon: IconWebhook, needs: 'manage_integrations' },
  { path: 'system', icon: IconActivityHeartbeat, needs: 'manage_organisation' },
  { path: 'audit', icon: IconHistory, needs: 'manage_organisation' },
  { path: 'doctor', icon: IconStethoscope, needs: 'manage_organisation' },
];

export function sectionsOf(me: Me): Section[] {
  return all.filter(({ needs }) => needs === undefined || me.rights.includes(needs));
}
