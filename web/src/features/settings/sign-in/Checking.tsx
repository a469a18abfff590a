// Asks a sign-in service what it can do, and says what it answers.
import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../api/ApiError';
import { useCheckProvider } from '../../../api/providers';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { Section } from '../Section';
import classes from './Checking.module.css';

export function Checking({ id }: { id: string }) {
  const { t } = useTranslation();
  const check = useCheckProvider(id);
  const reason = check.error instanceof ApiError ? check.error.details.reason : undefined;
  return (
    <Section title={t('settings:sign_in.check')} about={t('settings:sign_in.check_about')}>
      {check.isError && <Trouble of={check.error} />}
      {/* The service's own words, for whoever mends it. */}
      {typeof reason === 'string' && (
        <code lang="en" className={classes.reason}>
          {reason}
        </code>
      )}
      <div className={classes.row}>
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          {t('settings:sign_in.check_do')}
        </Button>
        <p role="status" className={classes.good}>
          {check.isSuccess && (
            <>
              <Icon of={IconCircleCheck} size={18} />
              {t('settings:sign_in.works')}
            </>
          )}
        </p>
      </div>
    </Section>
  );
}
