// The page of a room: at the door, in the call, then goodbye; all under one address.
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useParams } from 'react-router';
import { addressFrom, isAddress, nameFrom, spokenName } from '../../api/address';
import { ApiError } from '../../api/ApiError';
import { useOrganisation } from '../../api/organisation';
import { useRoom } from '../../api/queries';
import { prepareCall, type Call, type EndReason } from '../../call';
import { withSentences } from '../../i18n';
import { recentRooms, rememberRoom } from '../../ui/recentRooms';
import { Shell } from '../../ui/Shell';
import { usePageTitle } from '../../ui/usePageTitle';
import { Goodbye } from './Goodbye';
import { noteRemoval } from './lobby/removals';
import { Prejoin } from './prejoin/Prejoin';
import { useDoor, type Wish } from './useDoor';

const callScreen = () =>
  withSentences(async () => ({ default: (await import('./call/CallScreen')).CallScreen }));
const CallScreen = lazy(callScreen);
// Whoever comes to join does not wait for pages that few need.
const NowherePage = lazy(() =>
  withSentences(async () => ({ default: (await import('../home')).NowherePage })),
);
const NotSetUp = lazy(() => withSentences(async () => ({ default: (await import('../welcome')).NotSetUp })));
const UnknownRoom = lazy(() =>
  withSentences(async () => ({ default: (await import('./UnknownRoom')).UnknownRoom })),
);

/** The code of a call comes while the reader fills in the form, not before: the door must open quickly. */
function fetchCall(): void {
  prepareCall();
  void callScreen().catch(() => undefined);
}

export function RoomPage() {
  const { room = '' } = useParams();
  if (isAddress(room)) return <RoomAt key={room} address={room} />;
  const meant = addressFrom(room);
  // What stood in the address bar is how its visitor calls the room, until the room has a name of its own.
  if (meant) return <Navigate to={`/${meant}`} replace state={{ said: nameFrom(room) }} />;
  return (
    <Suspense fallback={null}>
      <NowherePage />
    </Suspense>
  );
}

type State =
  | { at: 'door' }
  | { at: 'call'; call: Call; since: number }
  | { at: 'goodbye'; reason: EndReason; minutes: number };

function RoomAt({ address }: { address: string }) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>({ at: 'door' });
  const organisation = useOrganisation();
  const room = useRoom(address, { everySeconds: 30, enabled: state.at === 'door' });
  const { state: arrival } = useLocation() as { state: { said?: string } | null };
  const [said] = useState(
    () =>
      arrival?.said ?? recentRooms().find((known) => known.address === address)?.name ?? spokenName(address),
  );
  const title = room.data?.name ?? said;
  /** Where the room is found: another address when one came by an alias or a former one. */
  const main = room.data?.address ?? address;
  useEffect(() => {
    // Whoever copies the address bar copies the main one; the page, its camera running, goes on.
    if (main !== address)
      history.replaceState(history.state, '', `/${main}${location.search}${location.hash}`);
  }, [main, address]);
  const running = useRef<Call | null>(null);
  // Going back, or anywhere else, leaves: nobody is to be heard in a room they no longer see. A call that opens while
  // the page is on its way out may never be drawn, so it is not the drawing that remembers it.
  useEffect(() => () => running.current?.getSnapshot().actions.leave(), []);

  const door = useDoor(
    main,
    useCallback(
      (call: Call) => {
        running.current = call;
        rememberRoom({ address: main, name: title });
        setState({ at: 'call', call, since: Date.now() });
      },
      [main, title],
    ),
  );
  const pageTitle = {
    door: t(door.waiting ? 'lobby:page_title' : 'prejoin:page_title', { room: title }),
    call: title,
    goodbye: t('goodbye:page_title'),
  };
  usePageTitle(pageTitle[state.at]);
  const { ask, reset } = door;
  // Whoever goes elsewhere wants no call any more.
  useEffect(() => reset, [reset]);
  const join = useCallback(
    (wish: Wish, again?: boolean) => {
      fetchCall();
      ask(wish, again);
    },
    [ask],
  );
  const end = useCallback(
    (reason: EndReason) => {
      if (reason === 'removed') noteRemoval(main);
      setState((before) => ({
        at: 'goodbye',
        reason,
        minutes: before.at === 'call' ? Math.round((Date.now() - before.since) / 60_000) : 0,
      }));
    },
    [main],
  );
  // Coming here from another page starts at the top, also for those who listen.
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [state.at]);

  const refused = room.error instanceof ApiError ? room.error : null;
  // Nobody's camera is asked for where there is nobody yet.
  if (state.at === 'door' && !organisation && (room.isPending || refused?.code === 'not_set_up')) {
    return (
      <Shell>
        <Suspense fallback={null}>{refused && <NotSetUp />}</Suspense>
      </Shell>
    );
  }
  if (state.at === 'door' && refused?.code === 'unknown_room') {
    return (
      <Suspense fallback={null}>
        <UnknownRoom address={address} said={said} details={refused.details} />
      </Suspense>
    );
  }
  if (state.at === 'door') {
    return <Prejoin address={address} title={title} door={door} onIntent={fetchCall} onJoin={join} />;
  }
  if (state.at === 'call') {
    return (
      <Suspense fallback={null}>
        <CallScreen call={state.call} address={main} title={title} onEnd={end} />
      </Suspense>
    );
  }
  return (
    <Goodbye
      title={title}
      reason={state.reason}
      minutes={state.minutes}
      onReturn={() => setState({ at: 'door' })}
    />
  );
}
