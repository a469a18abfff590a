// Asks for a code to a mailbox, in the reader's language.
import { useAskForCode } from '../../api/signIn';
import { useLanguage } from '../../i18n';
import type { PendingCode } from './pendingCode';

export function useCodeTo(onAsked: (pending: PendingCode) => void) {
  const [language] = useLanguage();
  const { mutate, isPending, error } = useAskForCode();
  const ask = (email: string, onRefused?: () => void) =>
    mutate(
      { email, language },
      {
        onSuccess: ({ id, good_until }) => onAsked({ id, email, goodUntil: Date.parse(good_until) }),
        onError: onRefused,
      },
    );
  return { ask, isPending, error };
}
