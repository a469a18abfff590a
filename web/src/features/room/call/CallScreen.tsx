// The whole screen of a running call: line above, pictures, panel, bar below; always dark.
import { useFullscreenDocument, useIdle, useMediaQuery } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call, EndReason } from '../../../call';
import { RoomAudio, useCall } from '../../../call/view';
import { useStage } from '../../../ui/stage';
import { useCopy } from '../../../ui/useCopy';
import { useMediaShortcuts } from '../useMediaShortcuts';
import { DoorState } from '../hosting/DoorState';
import { HostNotices } from '../hosting/HostNotices';
import { KnockCards } from '../hosting/KnockCards';
import { LeavingDialog, type Leaving } from '../hosting/LeavingDialog';
import { useDoorWatch } from '../hosting/useDoorWatch';
import { useHosting } from '../hosting/useHosting';
import { useOnlyHost } from '../hosting/useOnlyHost';
import { AloneCard } from './AloneCard';
import { Announcer } from './Announcer';
import { CallBar, type PanelName } from './CallBar';
import classes from './CallScreen.module.css';
import { ChatPanel } from './ChatPanel';
import { DevicesDialog } from './DevicesDialog';
import { MiniCall } from './MiniCall';
import { Notices } from './Notices';
import { OwnTabDialog } from './OwnTabDialog';
import { Panel } from './Panel';
import { PeoplePanel } from './PeoplePanel';
import { ShortcutsDialog } from './ShortcutsDialog';
import { useSpeakerVideo } from './SpeakerVideo';
import { Stage } from './Stage';
import { TopLine } from './TopLine';
import { useHand } from './useHand';
import { useLayoutChoices } from './useLayoutChoices';
import { useMiniWindow } from './useMiniWindow';
import { useWakeLock } from './useWakeLock';
import { ViewDialog } from './ViewDialog';

/** In full screen the bars go after this long without a movement or a key, in milliseconds. */
const IDLE_AFTER = 3000;

interface CallScreenProps {
  call: Call;
  address: string;
  title: string;
  onEnd: (reason: EndReason) => void;
}

export function CallScreen({ call, address, title, onEnd }: CallScreenProps) {
  const { t } = useTranslation();
  useStage(true);
  const snapshot = useCall(call);
  const { people, actions, messages, phase, endReason } = snapshot;
  const phone = useMediaQuery('(max-width: 48em)', window.innerWidth <= 768) ?? false;
  const choices = useLayoutChoices();
  const [panel, setPanel] = useState<PanelName | null>(null);
  const [dialog, setDialog] = useState<'view' | 'devices' | 'shortcuts' | 'leaving' | null>(null);
  const [draft, setDraft] = useState('');
  const [read, setRead] = useState<string | null>(null);
  const { toggle: toggleFullScreen, fullscreen } = useFullscreenDocument();
  const idle = useIdle(IDLE_AFTER, { initialState: false });
  const root = useRef<HTMLDivElement>(null);
  const hand = useHand(snapshot);
  useWakeLock();
  const mini = useMiniWindow(title);
  const video = useSpeakerVideo(call, people);
  const answering = useHosting(call, snapshot, address);
  const hosting = answering?.hosts ? answering : null;
  const onlyHost = useOnlyHost(people);
  const knocks = useDoorWatch(address, call.token, answering !== null);
  const others = messages.filter((message) => !message.own);
  const newest = others[others.length - 1]?.id ?? null;

  useMediaShortcuts({ microphone: actions.toggleMicrophone, camera: actions.toggleCamera });
  useEffect(() => {
    if (phase === 'ended') onEnd(endReason ?? 'left');
  }, [phase, endReason, onEnd]);
  useEffect(() => {
    root.current?.querySelector<HTMLElement>('[data-call-title]')?.focus();
  }, []);
  useEffect(() => {
    if (panel === 'chat') setRead(newest);
  }, [panel, newest]);

  // Found by its id, not counted: in a long conversation the oldest messages make room.
  const unread =
    panel === 'chat' ? 0 : others.length - 1 - others.findLastIndex((message) => message.id === read);
  const openPanel = (name: PanelName) => setPanel((before) => (before === name ? null : name));
  const closePanel = () => {
    const button = root.current?.querySelector<HTMLElement>(`[data-panel~="${panel}"]`);
    setPanel(null);
    button?.focus();
  };
  const [copying, copyLink] = useCopy(`${location.origin}/${address}`);
  const leaving: Leaving | null = hosting && {
    onHandOver: () => {
      setDialog(null);
      setPanel('people');
      mini?.back();
    },
    onEnd: () => hosting.actOnAll('end'),
    onLeave: actions.leave,
  };
  const share = actions.stopSharing ?? actions.startSharing;

  return (
    <div
      ref={root}
      className={classes.screen}
      // An open panel has its place beside the pictures, so the bars keep theirs.
      data-full={(fullscreen && panel === null) || undefined}
      data-idle={idle || undefined}
    >
      <TopLine
        title={title}
        connection={snapshot.connection}
        choices={choices}
        phone={phone}
        door={<DoorState access={snapshot.door.access} phone={phone} onChoose={hosting?.setAccess} />}
      />
      <main className={classes.middle}>
        <div className={classes.stage}>
          <Stage call={call} people={people} choices={choices} phone={phone} />
          {people.length === 1 && knocks.length === 0 && phase === 'connected' && (
            <AloneCard address={address} />
          )}
          <Notices
            snapshot={snapshot}
            handFailed={hand?.failed ?? false}
            onDevices={() => setDialog('devices')}
          >
            <HostNotices snapshot={snapshot} hosting={answering} />
          </Notices>
          {answering && knocks.length > 0 && (
            <KnockCards knocks={knocks} answer={answering.answer} admitAll={answering.admitAll} />
          )}
          <Announcer announcements={snapshot.announcements} />
        </div>
        {panel && (
          <Panel
            title={panel === 'chat' ? t('call:chat') : t('call:people_count', { count: people.length })}
            phone={phone}
            onClose={closePanel}
          >
            {panel === 'chat' ? (
              <ChatPanel snapshot={snapshot} draft={draft} onDraft={setDraft} />
            ) : (
              <PeoplePanel
                people={people}
                pinned={choices.pinned}
                onPin={(key) => {
                  choices.togglePin(key);
                  if (phone) closePanel();
                }}
                onCopyLink={copyLink}
                copying={copying}
                hosting={hosting}
              />
            )}
          </Panel>
        )}
      </main>
      <footer className={classes.bottom}>
        <CallBar
          snapshot={snapshot}
          hand={hand}
          phone={phone}
          panel={panel}
          unread={unread}
          onPanel={openPanel}
          onLeave={onlyHost ? () => setDialog('leaving') : actions.leave}
          more={{
            phone,
            choices,
            fullScreen: document.fullscreenEnabled
              ? { on: fullscreen, toggle: () => void toggleFullScreen().catch(() => undefined) }
              : null,
            mini: mini ? { on: mini.window !== null, toggle: mini.toggle } : video,
            sharing: share ? { on: actions.stopSharing !== undefined, toggle: share } : null,
            react: actions.react,
            chat: phone && hand ? { unread, open: () => openPanel('chat') } : null,
            peopleCount: people.length,
            onPeople: () => openPanel('people'),
            onView: () => setDialog('view'),
            onDevices: () => setDialog('devices'),
            onShortcuts: () => setDialog('shortcuts'),
            onCopyLink: copyLink,
          }}
        />
      </footer>
      <RoomAudio call={call} sounds={snapshot.sounds} />
      {mini?.window && (
        <MiniCall
          call={call}
          snapshot={snapshot}
          hand={hand}
          mirrored={choices.mirrored}
          leaving={onlyHost ? leaving : null}
          window={mini.window}
        />
      )}
      {video?.element}
      <ViewDialog choices={choices} mini={mini} opened={dialog === 'view'} onClose={() => setDialog(null)} />
      <OwnTabDialog snapshot={snapshot} />
      <DevicesDialog snapshot={snapshot} opened={dialog === 'devices'} onClose={() => setDialog(null)} />
      <ShortcutsDialog opened={dialog === 'shortcuts'} onClose={() => setDialog(null)} />
      {leaving && (
        <LeavingDialog opened={dialog === 'leaving'} onClose={() => setDialog(null)} {...leaving} />
      )}
      {copying !== 'idle' && panel !== 'people' && (
        <div className={classes.toasts}>
          <p className={classes.toast} role="status">
            {copying === 'copied'
              ? t('call:link_copied')
              : t('call:link_not_copied', { link: `${location.host}/${address}` })}
          </p>
        </div>
      )}
    </div>
  );
}
