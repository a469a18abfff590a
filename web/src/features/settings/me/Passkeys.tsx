// Keys in one's devices, by which one signs in with a finger, a face or a code instead of a mail.
import { Button, TextInput } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDevices } from '../../../api/devices';
import {
  canHavePasskeys,
  isDismissed,
  useAddPasskey,
  usePasskeys,
  useTakePasskeyAway,
} from '../../../api/passkeys';
import { Form } from '../../../ui/Form';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { useMoment } from '../../../ui/useMoment';
import { Row, Rows } from '../Rows';
import { Section } from '../Section';

export function Passkeys() {
  const { t } = useTranslation();
  const moment = useMoment();
  const passkeys = usePasskeys();
  const takeAway = useTakePasskeyAway();
  const possible = canHavePasskeys();
  const trouble = passkeys.error ?? takeAway.error;
  return (
    <Section title={t('settings:me.passkeys')} about={t('settings:me.passkeys_about')}>
      {trouble && <Trouble of={trouble} />}
      {passkeys.data && passkeys.data.length > 0 && (
        <Rows>
          {passkeys.data.map((passkey) => (
            <Row
              key={passkey.id}
              name={passkey.name}
              facts={[
                t('settings:me.made', { when: moment(passkey.created) }),
                passkey.seen
                  ? t('settings:me.seen', { when: moment(passkey.seen) })
                  : t('settings:me.never_seen'),
              ]}
              action={
                <Button
                  variant="default"
                  h={36}
                  aria-label={t('settings:me.remove_passkey', { name: passkey.name })}
                  loading={takeAway.isPending && takeAway.variables === passkey.id}
                  onClick={() => takeAway.mutate(passkey.id)}
                >
                  {t('common:remove')}
                </Button>
              }
            />
          ))}
        </Rows>
      )}
      {possible ? <NewPasskey /> : <p>{t('settings:me.passkeys_impossible')}</p>}
    </Section>
  );
}

function NewPasskey() {
  const { t } = useTranslation();
  const here = useDevices().data?.find((device) => device.here)?.device;
  const [typed, setTyped] = useState<string | null>(null);
  const add = useAddPasskey();
  const name = typed ?? here ?? '';
  return (
    <Form onSubmit={() => add.mutate(name, { onSuccess: () => setTyped(null) })}>
      <TextInput
        label={t('settings:me.passkey_name')}
        value={name}
        maxLength={64}
        autoComplete="off"
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {add.isError && !isDismissed(add.error) && <Trouble of={add.error} />}
      <div>
        <Button type="submit" leftSection={<Icon of={IconFingerprint} />} loading={add.isPending}>
          {t('settings:me.add_passkey')}
        </Button>
      </div>
    </Form>
  );
}
