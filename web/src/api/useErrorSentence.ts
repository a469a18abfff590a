// The reader's sentence for an error of the server.
import { useTranslation } from 'react-i18next';
import { ApiError, codeOf } from './ApiError';

/** Takes what was thrown, or a code alone when nothing has to be filled in. */
export function useErrorSentence(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    const code = typeof error === 'string' ? error : codeOf(error);
    const details = error instanceof ApiError ? error.details : {};
    return i18n.exists(`errors:${code}`) ? t(`errors:${code}`, details) : t('errors:unexpected');
  };
}
