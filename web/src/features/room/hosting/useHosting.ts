// What whoever hosts this meeting, or answers knocks for its hosts, may do, with what could not be done; null for everybody else.
import { useCallback, useMemo, useState } from 'react';
import { codeOf } from '../../../api/ApiError';
import {
  actOn,
  actOnAll,
  admitAll,
  answerKnock,
  setAccess,
  type Decision,
  type ToAll,
  type ToOne,
} from '../../../api/hosting';
import type { Access, Call, CallSnapshot } from '../../../call';

export interface Hosting {
  /** They host; otherwise they are a member who answers knocks while no host is there, and the server allows no more. */
  hosts: boolean;
  actOn: (identity: string, act: ToOne) => void;
  actOnAll: (act: ToAll) => void;
  setAccess: (access: Access) => void;
  /** Resolves when the server has heard it, or somebody else's answer. */
  answer: (knock: string, decision: Decision) => Promise<void>;
  admitAll: () => Promise<void>;
  /** What could not be done last; null when all went well. */
  trouble: unknown;
  dismissTrouble: () => void;
}

/** Another host was quicker, or whom it was about has left: the screen shows it already. */
const settled = new Set(['already_answered', 'unknown_knock', 'not_there']);

export function useHosting(
  call: Call,
  snapshot: Pick<CallSnapshot, 'people' | 'door'>,
  address: string,
): Hosting | null {
  const [trouble, setTrouble] = useState<unknown>(null);
  const attempt = useCallback(
    async (deed: (token: string) => Promise<void>) => {
      setTrouble(null);
      try {
        await deed(call.token());
      } catch (error) {
        if (!settled.has(codeOf(error))) setTrouble(error);
      }
    },
    [call],
  );
  const role = snapshot.people.find((person) => person.isSelf)?.role;
  const hosts = role === 'host';
  const answers = hosts || (role === 'member' && snapshot.door.membersAnswer);
  return useMemo(() => {
    if (!answers) return null;
    return {
      hosts,
      actOn: (identity, act) => void attempt((token) => actOn(token, address, identity, act)),
      actOnAll: (act) => void attempt((token) => actOnAll(token, address, act)),
      setAccess: (access) => void attempt((token) => setAccess(token, address, access)),
      answer: (knock, decision) => attempt((token) => answerKnock(token, knock, decision)),
      admitAll: () => attempt((token) => admitAll(token, address)),
      trouble,
      dismissTrouble: () => setTrouble(null),
    };
  }, [hosts, answers, address, attempt, trouble]);
}
