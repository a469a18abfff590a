// Signs in with a link that is good once. Only at the press of a button: programs that look into mails open links too,
// and would use it up.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { useSignInByLink } from '../../api/signIn';
import { safeNext } from '../../ui/next';
import { Trouble } from '../../ui/Trouble';
import classes from './SignInPage.module.css';

export function LinkCard({ secret }: { secret: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const signIn = useSignInByLink();
  const enter = () =>
    signIn.mutate(secret, {
      onSuccess: () => void navigate(safeNext(query.get('next'), location.origin), { replace: true }),
    });
  return (
    <div className={classes.card}>
      <p>{t('sign_in:link_text')}</p>
      {signIn.isError && <Trouble of={signIn.error} />}
      <Button h={48} fz="lg" fullWidth autoFocus loading={signIn.isPending} onClick={enter}>
        {t('sign_in:continue')}
      </Button>
    </div>
  );
}
