// What hosting makes a call say: a host asks us to unmute, or something a host wanted could not be done.
import { Button } from '@mantine/core';
import { IconMicrophone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useErrorSentence } from '../../../api/useErrorSentence';
import type { CallSnapshot } from '../../../call';
import { Icon } from '../../../ui/Icon';
import classes from '../call/CallScreen.module.css';
import type { Hosting } from './useHosting';

interface HostNoticesProps {
  snapshot: Pick<CallSnapshot, 'askedToUnmute' | 'actions'>;
  hosting: Hosting | null;
}

export function HostNotices({ snapshot, hosting }: HostNoticesProps) {
  const { t } = useTranslation();
  const sentence = useErrorSentence();
  const { toggleMicrophone, stayMuted } = snapshot.actions;
  return (
    <>
      {snapshot.askedToUnmute && (
        <div className={classes.banner} role="alert" data-asked-to-unmute>
          <Icon of={IconMicrophone} />
          <p>{t('hosting:asked_to_unmute')}</p>
          {toggleMicrophone && (
            <Button h={36} onClick={toggleMicrophone}>
              {t('hosting:unmute')}
            </Button>
          )}
          <Button h={36} variant="default" onClick={stayMuted}>
            {t('hosting:stay_muted')}
          </Button>
        </div>
      )}
      {hosting !== null && hosting.trouble !== null && (
        <div className={classes.banner} role="alert">
          <p>{sentence(hosting.trouble)}</p>
          <Button h={36} variant="default" onClick={hosting.dismissTrouble}>
            {t('common:close')}
          </Button>
        </div>
      )}
    </>
  );
}
