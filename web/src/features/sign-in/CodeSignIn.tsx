// Signing in by a code: first the mailbox, then the six digits that were sent there.
import { useState } from 'react';
import { CodeForm } from './CodeForm';
import { EmailForm } from './EmailForm';
import { keepPendingCode, pendingCode, type PendingCode } from './pendingCode';

export function CodeSignIn() {
  const [pending, setPending] = useState(() => pendingCode(Date.now()));
  const [email, setEmail] = useState('');
  const move = (next: PendingCode | null) => {
    keepPendingCode(next);
    setPending(next);
  };
  if (!pending) return <EmailForm email={email} onAsked={move} />;
  return (
    <CodeForm
      key={pending.id}
      pending={pending}
      onAsked={move}
      onSignedIn={() => keepPendingCode(null)}
      onOther={() => {
        setEmail(pending.email);
        move(null);
      }}
    />
  );
}
