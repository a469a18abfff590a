// What went wrong, in words, announced; who lacks a right reads who can give it.
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/ApiError';
import { useErrorSentence } from '../api/useErrorSentence';
import classes from './Trouble.module.css';

export function Trouble({ of: error }: { of: unknown }) {
  const { t, i18n } = useTranslation();
  const sentence = useErrorSentence();
  const givers = giversIn(error);
  return (
    <div role="alert" className={classes.trouble}>
      <p>{sentence(error)}</p>
      {givers.length > 0 && (
        <p>
          {t('common:ask_givers', {
            people: new Intl.ListFormat(i18n.language, { type: 'disjunction' }).format(givers),
          })}
        </p>
      )}
    </div>
  );
}

/** The names of people who can give the right that is missing. */
function giversIn(error: unknown): string[] {
  const givers = error instanceof ApiError ? error.details.givers : undefined;
  return Array.isArray(givers) ? givers.filter((giver) => typeof giver === 'string') : [];
}
