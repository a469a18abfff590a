// What went wrong with a microphone or camera, what is possible meanwhile, and what to do about it in this browser.
import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { thisBrowser, type FailureKind } from '../../../call';
import { HelpContact } from '../../../ui/HelpContact';
import { Icon } from '../../../ui/Icon';
import classes from './FailureHelp.module.css';

export type FailedDevice = 'microphone' | 'camera' | 'both' | 'screen';

/** Before a call everything fails alone or together; in a call, one thing at a time. */
type Where =
  | { where: 'door'; device: Exclude<FailedDevice, 'screen'> }
  | { where: 'call'; device: Exclude<FailedDevice, 'both'> };

type FailureHelpProps = Where & {
  failure: FailureKind;
  onRetry?: (() => void) | undefined;
  onClose?: (() => void) | undefined;
};

/** These two failures are repaired in a different place in each browser. */
const perBrowser: readonly FailureKind[] = ['refused_page', 'refused_system'];

export function FailureHelp({ where, device, failure, onRetry, onClose }: FailureHelpProps) {
  const { t } = useTranslation();
  const help = perBrowser.includes(failure)
    ? t(`devices:failure.${failure}.help_${thisBrowser}`)
    : t(`devices:failure.${failure}.help`);
  return (
    <div className={classes.help} role="alert" data-failure={failure}>
      <Icon of={IconAlertTriangle} />
      <div className={classes.text}>
        <strong>{t(`devices:failure.${failure}.title_${device}`)}</strong>
        <p>
          {t(`devices:meanwhile.${where}_${device}`)} {help}
        </p>
        <HelpContact />
        {(onRetry ?? onClose) && (
          <div className={classes.buttons}>
            {onRetry && (
              <Button variant="default" h={36} onClick={onRetry}>
                {t('devices:retry')}
              </Button>
            )}
            {onClose && (
              <Button variant="subtle" h={36} onClick={onClose}>
                {t('common:close')}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
