// What hosts do to everybody, at the foot of the list of people.
import { Button } from '@mantine/core';
import { IconHandOff, IconMicrophoneOff, IconPhoneOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ToAll } from '../../../api/hosting';
import { Icon } from '../../../ui/Icon';
import classes from './HostTools.module.css';

interface HostToolsProps {
  hands: number;
  alone: boolean;
  onAct: (act: ToAll) => void;
  /** Asks first. */
  onEnd: () => void;
}

export function HostTools({ hands, alone, onAct, onEnd }: HostToolsProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.tools}>
      <Button
        variant="default"
        disabled={alone}
        leftSection={<Icon of={IconMicrophoneOff} size={18} />}
        onClick={() => onAct('mute-all')}
      >
        {t('hosting:mute_all')}
      </Button>
      {hands > 0 && (
        <Button
          variant="default"
          leftSection={<Icon of={IconHandOff} size={18} />}
          onClick={() => onAct('lower-hands')}
        >
          {t('hosting:lower_hands')}
        </Button>
      )}
      <Button
        variant="default"
        color="red"
        leftSection={<Icon of={IconPhoneOff} size={18} />}
        onClick={onEnd}
      >
        {t('hosting:end')}
      </Button>
    </div>
  );
}
