// The first run: whoever opens the welcome link makes the organisation, and goes into its first room.
import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';
import { useIsSetUp } from '../../api/welcome';
import { Logo } from '../../ui/Logo';
import { Shell } from '../../ui/Shell';
import { usePageTitle } from '../../ui/usePageTitle';
import { useSecretInAddress } from '../../ui/useSecretInAddress';
import { BeginForm } from './BeginForm';
import { NotSetUp } from './NotSetUp';
import classes from './WelcomePage.module.css';

export function WelcomePage() {
  const { t } = useTranslation();
  usePageTitle(t('welcome:title'));
  const secret = useSecretInAddress();
  const isSetUp = useIsSetUp();
  if (!secret && isSetUp) return <Navigate to="/" replace />;
  if (!secret) return <Shell>{isSetUp === false && <NotSetUp />}</Shell>;
  return (
    <Shell>
      <div className={classes.page}>
        <div className={classes.intro}>
          <Logo size={56} />
          <h1 className={classes.title}>{t('welcome:title')}</h1>
          <p className={classes.lead}>{t('welcome:lead')}</p>
        </div>
        <BeginForm secret={secret} />
      </div>
    </Shell>
  );
}
