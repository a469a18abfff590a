// The way through the door of a room: asking, waiting for an answer or a place, and opening the call.
import { useCallback, useRef, useState } from 'react';
import { ApiError, codeOf } from '../../api/ApiError';
import { joinRoom } from '../../api/client';
import { tellFailedJoin } from '../../api/failedJoins';
import { CallError, openCall, type Call, type OwnMedia } from '../../call';
import { forgetRemoval } from './lobby/removals';
import { useWaiting } from './lobby/useWaiting';
import type { Stand, Waiting } from './lobby/waiting';

/** Somebody wants to be in the room. */
export interface Wish {
  name: string;
  /** Called once connected: until then the door keeps its preview. */
  media: () => OwnMedia;
  /** How many were inside when asked last. */
  crowd: number;
}

export interface Door {
  /** The answer, or the call itself, is on its way. */
  joining: boolean;
  /** What stopped the last attempt. */
  trouble: ApiError | null;
  /** Stands before the door under this name. */
  waiting: { stand: Stand | null; name: string } | null;
  /** Asks to come in; `again` when one wants to be there on two devices. */
  ask: (wish: Wish, again?: boolean) => void;
  /** Goes away from the door. */
  stopWaiting: () => void;
  /** Forgets what was before, for whoever comes back. */
  reset: () => void;
}

interface State {
  joining: boolean;
  trouble: ApiError | null;
  waiting: Waiting | null;
  wish: Wish | null;
}

const calm: State = { joining: false, trouble: null, waiting: null, wish: null };

export function useDoor(address: string, onCall: (call: Call) => void): Door {
  const [state, setState] = useState<State>(calm);
  // An answer to an older question changes nothing any more.
  const asked = useRef(0);

  const enter = useCallback(
    async (ticket: { url: string; token: string }, wish: Wish, question: number) => {
      const call = await open(address, ticket, wish);
      if (asked.current !== question) {
        call.getSnapshot().actions.leave();
        return;
      }
      onCall(call);
      setState(calm);
    },
    [address, onCall],
  );

  /** Runs one step; what goes wrong is told, and a full room is waited for. */
  const attempt = useCallback((wish: Wish, step: (question: number) => Promise<void>) => {
    const question = ++asked.current;
    setState((before) => ({ ...before, joining: true, trouble: null, wish }));
    step(question).catch((error: unknown) => {
      if (asked.current !== question) return;
      const trouble = troubleOf(error);
      const full = trouble.code === 'full';
      setState({
        joining: false,
        trouble: full ? null : trouble,
        waiting: full ? { for: 'place' } : null,
        wish,
      });
    });
  }, []);

  const ask = useCallback(
    (wish: Wish, again = false) =>
      attempt(wish, async (question) => {
        const answer = await joinRoom(address, wish.name, again);
        if (asked.current !== question) return;
        forgetRemoval(address);
        if (answer.state === 'admitted') return enter(answer, wish, question);
        setState({ joining: false, trouble: null, waiting: { for: 'answer', knock: answer.knock }, wish });
      }),
    [address, attempt, enter],
  );

  const { waiting, wish } = state;
  const stand = useWaiting(address, waiting, {
    onAdmitted: (ticket) => wish && attempt(wish, (question) => enter(ticket, wish, question)),
    onRefused: (trouble) => setState({ ...calm, trouble }),
    onAskAgain: () => wish && ask(wish),
  });

  const reset = useCallback(() => {
    asked.current += 1;
    setState(calm);
  }, []);
  return {
    joining: state.joining,
    trouble: state.trouble,
    waiting: waiting && wish ? { stand, name: wish.name } : null,
    ask,
    stopWaiting: reset,
    reset,
  };
}

/** Opens the call of an open door; one that does not come about is told to whoever runs the server, too. */
async function open(address: string, { url, token }: { url: string; token: string }, wish: Wish) {
  const { name, media, crowd } = wish;
  const began = performance.now();
  try {
    return await openCall({ url, token, media, crowd });
  } catch (error) {
    if (error instanceof CallError) {
      tellFailedJoin({ address, name, cause: error.code, waited: Math.round(performance.now() - began) });
    }
    throw error;
  }
}

/** Whatever went wrong, with the code of its sentence. */
function troubleOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(error instanceof CallError ? error.code : codeOf(error), 0);
}
