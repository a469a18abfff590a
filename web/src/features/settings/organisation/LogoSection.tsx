// The organisation's logo: the one there is, choosing another, and going back to Palabre's mark.
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRemoveLogo, useSetLogo, type Organisation } from '../../../api/organisation';
import { FileButton } from '../../../ui/FileButton';
import { Logo } from '../../../ui/Logo';
import { Trouble } from '../../../ui/Trouble';
import { Section } from '../Section';
import classes from './Organisation.module.css';

export function LogoSection({ organisation }: { organisation: Organisation }) {
  const { t } = useTranslation();
  const set = useSetLogo();
  const remove = useRemoveLogo();
  const { logo } = organisation;
  return (
    <Section title={t('organisation:logo')} about={t('organisation:logo_about')}>
      <div className={classes.logo}>
        {logo ? (
          <img src={logo} alt={t('organisation:logo_of', { name: organisation.name })} />
        ) : (
          <Logo size={48} />
        )}
      </div>
      {set.isError && <Trouble of={set.error} />}
      {remove.isError && <Trouble of={remove.error} />}
      <div className={classes.buttons}>
        <FileButton
          label={logo ? t('organisation:logo_replace') : t('organisation:logo_choose')}
          name={t('organisation:logo_file')}
          accept="image/png,image/jpeg,image/webp"
          busy={set.isPending}
          onChoose={(file) => {
            remove.reset();
            set.mutate(file);
          }}
        />
        {logo && (
          <Button
            variant="default"
            color="clay"
            loading={remove.isPending}
            onClick={() => {
              set.reset();
              remove.mutate();
            }}
          >
            {t('organisation:logo_remove')}
          </Button>
        )}
      </div>
      <p role="status" className="visually-hidden">
        {set.isSuccess && t('organisation:logo_changed')}
      </p>
    </Section>
  );
}
