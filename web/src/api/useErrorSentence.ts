// The reader's sentence for an error code of the server.
import { useTranslation } from 'react-i18next';

export function useErrorSentence(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return (code) => (i18n.exists(`errors:${code}`) ? t(`errors:${code}`) : t('errors:unexpected'));
}
