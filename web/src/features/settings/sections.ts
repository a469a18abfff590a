// The parts of the settings, in the order of the navigation, and who sees which.
import { IconDoor, IconUserCircle, IconUsers, type Icon } from '@tabler/icons-react';
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
  { path: 'people', icon: IconUsers, needs: 'see_directory' },
];

export function sectionsOf(me: Me): Section[] {
  return all.filter(({ needs }) => needs === undefined || me.rights.includes(needs));
}
