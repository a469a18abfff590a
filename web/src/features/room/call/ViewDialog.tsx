// How one sees oneself, and when the small window opens.
import { Modal, NativeSelect, Radio, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SelfView } from './arrange';
import classes from './CallScreen.module.css';
import { corners, type Corner, type LayoutChoices } from './useLayoutChoices';
import type { MiniWindow } from './useMiniWindow';

interface ViewDialogProps {
  choices: LayoutChoices;
  mini: MiniWindow | null;
  opened: boolean;
  onClose: () => void;
}

export function ViewDialog({ choices, mini, opened, onClose }: ViewDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('call:view_options')}
      closeButtonProps={{ 'aria-label': t('common:close'), size: 'lg' }}
    >
      <div className={classes.options}>
        <Radio.Group
          size="md"
          label={t('call:self_view')}
          value={choices.selfView}
          onChange={(value) => choices.setSelfView(value as SelfView)}
        >
          <div className={classes.optionList}>
            <Radio value="grid" label={t('call:self_grid')} />
            <Radio value="floating" label={t('call:self_floating')} />
            <Radio value="hidden" label={t('call:self_hidden')} />
          </div>
        </Radio.Group>
        {choices.selfView !== 'hidden' && (
          <NativeSelect
            label={t('call:self_corner')}
            value={choices.corner}
            onChange={(event) => choices.setCorner(event.currentTarget.value as Corner)}
            data={corners.map((corner) => ({ value: corner, label: t(`call:corner_${corner}`) }))}
          />
        )}
        <Switch
          label={t('call:self_mirror')}
          description={t('call:self_mirror_text')}
          checked={choices.mirrored}
          onChange={(event) => choices.setMirrored(event.currentTarget.checked)}
        />
        {mini && (
          <Switch
            label={t('call:mini_automatic')}
            description={t('call:mini_automatic_text')}
            checked={mini.automatic.on}
            onChange={(event) => mini.automatic.set(event.currentTarget.checked)}
          />
        )}
      </div>
    </Modal>
  );
}
