// The end of a form: the button that saves, and what came of it, said and announced.
import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/Icon';
import { Trouble } from '../../ui/Trouble';
import classes from './SaveRow.module.css';

interface SaveRowProps {
  saving: { isPending: boolean; isSuccess: boolean; isError: boolean; error: unknown };
  /** Something differs from what was saved. */
  changed: boolean;
}

export function SaveRow({ saving, changed }: SaveRowProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.row}>
      {saving.isError && <Trouble of={saving.error} />}
      <div className={classes.line}>
        <Button type="submit" loading={saving.isPending} disabled={!changed}>
          {t('common:save_changes')}
        </Button>
        <p role="status" className={classes.saved}>
          {saving.isSuccess && !changed && (
            <>
              <Icon of={IconCircleCheck} size={18} />
              {t('common:changes_saved')}
            </>
          )}
        </p>
      </div>
    </div>
  );
}
