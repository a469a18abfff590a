// The services one signs in through: connected to one's account, or not yet.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useConnectedProviders, useLeaveFor, useWays } from '../../../api/providers';
import { Trouble } from '../../../ui/Trouble';
import { useMoment } from '../../../ui/useMoment';
import { useProblem } from '../../../ui/useProblem';
import { Row, Rows } from '../Rows';
import { Section } from '../Section';

export function Services() {
  const { t } = useTranslation();
  const moment = useMoment();
  const ways = useWays();
  const connected = useConnectedProviders();
  const leave = useLeaveFor();
  const problem = useProblem();
  // An organisation without such services has nothing to show here.
  if (!ways.data || ways.data.providers.length === 0 || !connected.data) return null;
  const since = new Map(connected.data.map(({ provider, created }) => [provider, created]));
  const trouble = leave.error ?? problem;
  return (
    <Section title={t('settings:me.services')} about={t('settings:me.services_about')}>
      {trouble && <Trouble of={trouble} />}
      <Rows>
        {ways.data.providers.map(({ id, name }) => {
          const when = since.get(id);
          return (
            <Row
              key={id}
              name={name}
              facts={[
                when ? t('settings:me.connected', { when: moment(when) }) : t('settings:me.not_connected'),
              ]}
              action={
                !when && (
                  <Button
                    variant="default"
                    h={36}
                    aria-label={t('settings:me.connect_to', { name })}
                    loading={leave.isPending && leave.variables.id === id}
                    onClick={() => leave.mutate({ id, next: '/settings/me', connect: true })}
                  >
                    {t('settings:me.connect')}
                  </Button>
                )
              }
            />
          );
        })}
      </Rows>
    </Section>
  );
}
