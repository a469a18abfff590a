// Work that was given up, with what went wrong: tried again, or discarded, by hand.
import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDeadJobs, useDiscardJob, useRetryJob, type Job, type System } from '../../../api/system';
import { Icon } from '../../../ui/Icon';
import { Table, type Column } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { useMoment } from '../../../ui/useMoment';
import { Section } from '../Section';
import classes from './System.module.css';

export function DeadJobs({ counts }: { counts: System['jobs'] }) {
  const { t, i18n } = useTranslation();
  const moment = useMoment();
  const { data: jobs } = useDeadJobs();
  const retry = useRetryJob();
  const discard = useDiscardJob();
  const kindOf = (job: Job) =>
    i18n.exists(`system:kind.${job.kind}`) ? t(`system:kind.${job.kind}`) : job.kind;
  const columns: Column<Job>[] = [
    {
      id: 'kind',
      name: t('system:job'),
      width: 'minmax(0, 2fr)',
      plain: true,
      cell: (job) => (
        <span>
          <strong>{kindOf(job)}</strong>
          <small className={classes.trouble}>{job.trouble}</small>
        </span>
      ),
    },
    { id: 'tries', name: t('system:attempts'), width: '72px', cell: (job) => String(job.attempts) },
    { id: 'due', name: t('system:last_try'), cell: (job) => moment(job.due) },
    {
      id: 'mend',
      name: t('system:mend'),
      width: 'minmax(0, 1.6fr)',
      buttons: true,
      cell: (job) => (
        <span className={classes.buttons}>
          <Button
            variant="default"
            h={{ base: 44, sm: 36 }}
            leftSection={<Icon of={IconRefresh} size={18} />}
            onClick={() => retry.mutate(job.id)}
          >
            {t('system:retry')}
          </Button>
          <Button
            variant="default"
            color="clay"
            h={{ base: 44, sm: 36 }}
            onClick={() => discard.mutate(job.id)}
          >
            {t('system:discard')}
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Section
      title={t('system:jobs')}
      about={t('system:jobs_standing', {
        waiting: counts.waiting,
        running: counts.running,
        dead: counts.dead,
      })}
    >
      {retry.isError && <Trouble of={retry.error} />}
      {discard.isError && <Trouble of={discard.error} />}
      {jobs?.length === 0 && <p className={classes.quiet}>{t('system:none_dead')}</p>}
      {jobs && jobs.length > 0 && (
        <Table name={t('system:given_up')} columns={columns} rows={jobs} keyOf={({ id }) => id} />
      )}
    </Section>
  );
}
