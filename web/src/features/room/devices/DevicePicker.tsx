// One choice of device: a native select dressed as in the pictures, with room for a gauge or a test button.
import { IconChevronDown, type Icon as TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Device } from '../../../call';
import { Icon } from '../../../ui/Icon';
import classes from './DevicePicker.module.css';

interface DevicePickerProps {
  icon: TablerIcon;
  label: string;
  devices: Device[];
  chosen: string | null;
  /** What a device without a name is called: browsers hide names until permission is given. */
  unnamed: string;
  none: string;
  onChoose: (id: string) => void;
  gauge?: ReactNode;
  action?: ReactNode;
}

export function DevicePicker(props: DevicePickerProps) {
  const { icon, label, devices, chosen, unnamed, none, onChoose, gauge, action } = props;
  const value = devices.some((one) => one.id === chosen) ? (chosen ?? '') : (devices[0]?.id ?? '');
  return (
    <div
      className={classes.picker}
      data-gauge={gauge ? true : undefined}
      data-action={action ? true : undefined}
    >
      <span className={classes.icon}>
        <Icon of={icon} />
      </span>
      <select
        className={classes.select}
        aria-label={label}
        value={value}
        disabled={devices.length === 0}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {devices.length === 0 && <option value="">{none}</option>}
        {devices.map((device, i) => (
          <option key={device.id} value={device.id}>
            {device.label || (i === 0 ? unnamed : `${unnamed} ${i + 1}`)}
          </option>
        ))}
      </select>
      {gauge && <span className={classes.gauge}>{gauge}</span>}
      {!action && (
        <span className={classes.chevron}>
          <Icon of={IconChevronDown} size={18} />
        </span>
      )}
      {action && <span className={classes.action}>{action}</span>}
    </div>
  );
}
