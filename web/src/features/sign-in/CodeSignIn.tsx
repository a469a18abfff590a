// Signing in by a code: first the mailbox, then the six digits that were sent there.
import { useState, type ReactNode } from 'react';
import type { Me } from '../../api/me';
import { CodeForm } from './CodeForm';
import { EmailForm } from './EmailForm';
import { NameForm } from './NameForm';
import { keepPendingCode, pendingCode, type PendingCode } from './pendingCode';

/** `otherWays` stand below the first step: whoever waits for a code has chosen theirs. */
export function CodeSignIn({ otherWays }: { otherWays: ReactNode }) {
  const [pending, setPending] = useState(() => pendingCode(Date.now()));
  const [email, setEmail] = useState('');
  const [newcomer, setNewcomer] = useState<Me | null>(null);
  const move = (next: PendingCode | null) => {
    keepPendingCode(next);
    setPending(next);
  };
  if (newcomer) return <NameForm me={newcomer} />;
  if (!pending) {
    return (
      <>
        <EmailForm email={email} onAsked={move} />
        {otherWays}
      </>
    );
  }
  return (
    <CodeForm
      key={pending.id}
      pending={pending}
      onAsked={move}
      onSignedIn={(me) => {
        keepPendingCode(null);
        if (me.new) setNewcomer(me);
      }}
      onOther={() => {
        setEmail(pending.email);
        move(null);
      }}
    />
  );
}
