// Signing in with a passkey of this device, where the browser has them.
import { Button } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { canHavePasskeys, isDismissed, useSignInByPasskey } from '../../api/passkeys';
import { Icon } from '../../ui/Icon';
import { Trouble } from '../../ui/Trouble';

export function PasskeyButton() {
  const { t } = useTranslation();
  const signIn = useSignInByPasskey();
  if (!canHavePasskeys()) return null;
  return (
    <>
      {signIn.isError && !isDismissed(signIn.error) && <Trouble of={signIn.error} />}
      <Button
        variant="default"
        h={48}
        fullWidth
        leftSection={<Icon of={IconFingerprint} />}
        loading={signIn.isPending}
        onClick={() => signIn.mutate()}
      >
        {t('sign_in:by_passkey')}
      </Button>
    </>
  );
}
