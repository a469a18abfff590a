// Tokens with which programs act for oneself: seeing them, making one, taking one back.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTakeBackToken, useTokens } from '../../../api/tokens';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { useMoment } from '../../../ui/useMoment';
import { Row, Rows } from '../Rows';
import { Section } from '../Section';
import { NewTokenDialog } from './NewTokenDialog';

export function Tokens() {
  const { t } = useTranslation();
  const moment = useMoment();
  const tokens = useTokens();
  const takeBack = useTakeBackToken();
  const [making, setMaking] = useState(false);
  const trouble = tokens.error ?? takeBack.error;
  return (
    <Section
      title={t('settings:me.tokens')}
      about={t('settings:me.tokens_about')}
      action={
        <Button variant="default" leftSection={<Icon of={IconPlus} />} onClick={() => setMaking(true)}>
          {t('settings:me.new_token')}
        </Button>
      }
    >
      {trouble && <Trouble of={trouble} />}
      {tokens.data && tokens.data.length > 0 && (
        <Rows>
          {tokens.data.map((token) => (
            <Row
              key={token.id}
              name={token.name}
              facts={[
                token.scopes.join(', '),
                t('settings:me.made', { when: moment(token.created) }),
                token.seen
                  ? t('settings:me.seen', { when: moment(token.seen) })
                  : t('settings:me.never_seen'),
              ]}
              action={
                <Button
                  variant="default"
                  h={36}
                  aria-label={t('settings:me.revoke_token', { name: token.name })}
                  loading={takeBack.isPending && takeBack.variables === token.id}
                  onClick={() => takeBack.mutate(token.id)}
                >
                  {t('settings:me.revoke')}
                </Button>
              }
            />
          ))}
        </Rows>
      )}
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
    </Section>
  );
}
