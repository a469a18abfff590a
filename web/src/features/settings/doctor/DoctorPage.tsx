// What stands between people and a call: what the server finds out about itself, and the calls that failed.
import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useExamination } from '../../../api/doctor';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { Section } from '../Section';
import { SettingsPage } from '../SettingsPage';
import { FailedJoins } from './FailedJoins';
import { Findings } from './Findings';

export function DoctorPage() {
  const { t, i18n } = useTranslation();
  const { data, error, isFetching, refetch } = useExamination(i18n.language);
  const bad = data?.findings.filter(({ verdict }) => verdict === 'bad').length ?? 0;
  const outcome = bad > 0 ? t('settings:doctor.some_bad', { count: bad }) : t('settings:doctor.all_good');
  return (
    <SettingsPage
      title={t('settings:part.doctor')}
      about={t('settings:about.doctor')}
      actions={
        <Button
          variant="default"
          leftSection={<Icon of={IconRefresh} />}
          loading={isFetching}
          onClick={() => void refetch()}
        >
          {t('settings:doctor.again')}
        </Button>
      }
    >
      {error && <Trouble of={error} />}
      <Section
        title={t('settings:doctor.server')}
        about={<span role="status">{isFetching ? t('settings:doctor.looking') : data && outcome}</span>}
      >
        {data && <Findings of={data} />}
      </Section>
      <FailedJoins />
    </SettingsPage>
  );
}
