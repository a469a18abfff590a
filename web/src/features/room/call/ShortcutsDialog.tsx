// The keys that work in a call.
import { Kbd, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { modifier } from '../modifier';
import classes from './CallScreen.module.css';

export function ShortcutsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const keys: [string[], string][] = [
    [[modifier, 'D'], t('call:key_microphone')],
    [[modifier, 'E'], t('call:key_camera')],
    [[t('call:key_page_up'), t('call:key_page_down')], t('call:key_pages')],
    [[t('call:key_tabulation')], t('call:key_tab')],
    [[t('call:key_escape_name')], t('call:key_escape')],
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('call:shortcuts')}
      closeButtonProps={{ 'aria-label': t('common:close'), size: 'lg' }}
    >
      <dl className={classes.keys}>
        {keys.map(([names, meaning]) => (
          <div key={meaning}>
            <dt>
              {names.map((name) => (
                <Kbd key={name}>{name}</Kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
