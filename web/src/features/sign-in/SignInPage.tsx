// Where one says who one is; also where the links lead that sign somebody in once.
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { useMe } from '../../api/me';
import { safeNext } from '../../ui/next';
import { Shell } from '../../ui/Shell';
import { Trouble } from '../../ui/Trouble';
import { usePageTitle } from '../../ui/usePageTitle';
import { CodeSignIn } from './CodeSignIn';
import { LinkCard } from './LinkCard';
import { PasskeyButton } from './PasskeyButton';
import { ProviderButtons } from './ProviderButtons';
import classes from './SignInPage.module.css';
import { useProblem } from '../../ui/useProblem';
import { useSecretInAddress } from '../../ui/useSecretInAddress';

export function SignInPage() {
  const { t } = useTranslation();
  usePageTitle(t('sign_in:title'));
  const [query] = useSearchParams();
  const me = useMe();
  const secret = useSecretInAddress();
  const next = safeNext(query.get('next'), location.origin);
  const problem = useProblem();
  // A link is for whoever holds it: it may sign in somebody else than the person this browser knows.
  if (me && !secret) return <Navigate to={next} replace />;
  return (
    <Shell>
      <div className={classes.page}>
        <h1 className={classes.title}>{t('sign_in:title')}</h1>
        {problem && <Trouble of={problem} />}
        {secret ? (
          <LinkCard key={secret} secret={secret} />
        ) : (
          <CodeSignIn
            otherWays={
              <>
                <PasskeyButton />
                <ProviderButtons next={next} />
              </>
            }
          />
        )}
      </div>
    </Shell>
  );
}
