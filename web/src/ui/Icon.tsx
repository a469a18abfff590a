// Gives Tabler's outline icons the size and stroke of the house, and hides them from screen readers.
import type { Icon as TablerIcon } from '@tabler/icons-react';

export function Icon({ of: Drawing, size = 20 }: { of: TablerIcon; size?: number }) {
  return <Drawing size={size} stroke={1.75} aria-hidden="true" focusable="false" style={{ flex: 'none' }} />;
}
