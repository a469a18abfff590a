// The door of a room: see and hear oneself, choose devices, say one's name, join.
import { Button, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDoor } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePreview, type OwnMedia } from '../../../call';
import { useMe } from '../../../api/me';
import { useRoom } from '../../../api/queries';
import { useErrorSentence } from '../../../api/useErrorSentence';
import { HelpContact } from '../../../ui/HelpContact';
import { Icon } from '../../../ui/Icon';
import { remember, remembered } from '../../../ui/preferences';
import { Shell } from '../../../ui/Shell';
import { savesData, whenIdle } from '../../../ui/whenIdle';
import { DeviceRow } from './DeviceRow';
import { PreviewBox } from './PreviewBox';
import { Welcome } from './Welcome';
import { WhoIsThere } from './WhoIsThere';
import { failureToTell } from './failureToTell';
import { FailureHelp } from '../devices/FailureHelp';
import { Lobby } from '../lobby/Lobby';
import { Refusal, refusalIn } from '../lobby/Refusal';
import type { Door, Wish } from '../useDoor';
import { useMediaShortcuts } from '../useMediaShortcuts';
import { AlreadyHere, devicesIn } from './AlreadyHere';
import classes from './Prejoin.module.css';

/** The server accepts names of up to this many letters. */
const LONGEST_NAME = 64;

/** On phones a focused field would cover half the page with the keyboard. */
const hasKeyboard = matchMedia('(pointer: fine)').matches;

/** Where there is no room for everything at once, as the style sheet says: phones, also on their side. */
const SMALL = '(max-width: 40em), (max-height: 30em)';

interface PrejoinProps {
  address: string;
  title: string;
  door: Door;
  /** A good moment to fetch the code of the call: the door stands, or the reader turns to its form. */
  onIntent: () => void;
  onJoin: (wish: Wish, again?: boolean) => void;
}

const withoutMedia = (): OwnMedia => ({
  microphone: { track: null, on: false },
  camera: { track: null, on: false },
  chosen: {
    microphone: remembered('microphone'),
    camera: remembered('camera'),
    speaker: remembered('speaker'),
  },
});

export function Prejoin({ address, title, door, onIntent, onJoin }: PrejoinProps) {
  const { t } = useTranslation();
  const sentence = useErrorSentence();
  const room = useRoom(address, { everySeconds: 5 });
  const me = useMe();
  const { preview, snapshot } = usePreview();
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? me?.name ?? remembered('name') ?? '';
  const [nameMissing, setNameMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const small = useMediaQuery(SMALL, matchMedia(SMALL).matches, { getInitialValueInEffect: false });
  useMediaShortcuts({
    microphone: () => preview?.toggle('microphone'),
    camera: () => preview?.toggle('camera'),
  });

  // While people look at themselves nothing else waits for the network. Who saves data decides first.
  const looking = preview !== null && !snapshot.asking;
  useEffect(() => {
    if (looking && !savesData) return whenIdle(onIntent);
  }, [looking, onIntent]);

  const { joining, waiting } = door;
  const crowd = room.data?.participant_count ?? 0;
  const join = (withDevices: boolean, again = false) => {
    if (joining) return;
    const said = name.trim().replace(/\s+/g, ' ');
    if (said === '') {
      setNameMissing(true);
      field.current?.focus();
      return;
    }
    remember('name', said);
    const media = () => (withDevices && preview ? preview.handOver() : withoutMedia());
    onJoin({ name: said, media, crowd }, again);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    join(true);
  };

  const failure = failureToTell(snapshot);
  const refusal = refusalIn(door.trouble, room.data?.address ?? address);
  const twice = door.trouble?.code === 'already_here' ? devicesIn(door.trouble) : null;
  const trouble = door.trouble ?? (room.isError ? room.error : null);
  return (
    <Shell>
      <div className={classes.columns}>
        <div className={classes.left}>
          <PreviewBox name={name} snapshot={snapshot} onToggle={(kind) => preview?.toggle(kind)} />
          <DeviceRow snapshot={snapshot} folded={small} onChoose={(kind, id) => preview?.choose(kind, id)} />
          {failure && (
            <FailureHelp
              where="door"
              device={failure.device}
              failure={failure.failure}
              onRetry={() => preview?.retry()}
            />
          )}
        </div>
        <div className={classes.right}>
          <p className={classes.address}>
            <Icon of={IconDoor} />
            <span>
              <span className="visually-hidden">{t('prejoin:address_label')} </span>
              {location.host}/{address}
            </span>
          </p>
          <h1 className={classes.title}>
            <bdi>{title}</bdi>
          </h1>
          {room.data?.welcome && !refusal && <Welcome text={room.data.welcome} />}
          {waiting ? (
            <Lobby
              stand={joining ? 'entering' : waiting.stand}
              name={waiting.name}
              onCancel={door.stopWaiting}
            />
          ) : refusal ? (
            <Refusal reason={refusal} address={address} />
          ) : (
            <form
              className={classes.form}
              onSubmit={submit}
              onPointerEnter={onIntent}
              onKeyDown={onIntent}
              noValidate
            >
              <WhoIsThere room={room.data} failed={room.isError} />
              {trouble && !twice && (
                <div className={classes.trouble} role="alert">
                  <p>{sentence(trouble)}</p>
                  <HelpContact />
                </div>
              )}
              {twice && <AlreadyHere devices={twice} onAgain={() => join(true, true)} />}
              <TextInput
                ref={field}
                label={t('prejoin:your_name')}
                value={name}
                maxLength={LONGEST_NAME}
                autoComplete="name"
                autoCapitalize="words"
                spellCheck={false}
                autoFocus={hasKeyboard}
                required
                withAsterisk={false}
                error={nameMissing ? t('prejoin:name_missing') : null}
                onChange={(event) => {
                  setTyped(event.currentTarget.value);
                  setNameMissing(false);
                }}
                classNames={{ input: classes.name, label: classes.label }}
              />
              <Button type="submit" h={48} fz="lg" fullWidth loading={joining} className={classes.join}>
                {t('prejoin:join')}
              </Button>
              <p className="visually-hidden" role="status">
                {joining ? t('prejoin:joining') : ''}
              </p>
              <p className={classes.aside}>
                {me === null && `${t('prejoin:no_account')} `}
                <button type="button" className="text-link" onClick={() => join(false)} disabled={joining}>
                  {t('prejoin:join_without')}
                </button>
              </p>
              {room.data?.may.includes('host') && (
                <p className={classes.aside}>
                  <Link to={`/${address}/meetings`} className="text-link">
                    {t('prejoin:past_meetings')}
                  </Link>
                </p>
              )}
            </form>
          )}
        </div>
      </div>
    </Shell>
  );
}
