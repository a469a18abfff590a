// The door of a room: see and hear oneself, choose devices, say one's name, join.
import { Button, TextInput } from '@mantine/core';
import { IconDoor } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreview, type OwnMedia } from '../../../call';
import { useRoom } from '../../../api/queries';
import { useErrorSentence } from '../../../api/useErrorSentence';
import { codeOf } from '../../../api/ApiError';
import { Icon } from '../../../ui/Icon';
import { remember, remembered } from '../../../ui/preferences';
import { Shell } from '../../../ui/Shell';
import { savesData, whenIdle } from '../../../ui/whenIdle';
import { DeviceRow } from './DeviceRow';
import { PreviewBox } from './PreviewBox';
import { WhoIsThere } from './WhoIsThere';
import { failureToTell } from './failureToTell';
import { FailureHelp } from '../devices/FailureHelp';
import { useMediaShortcuts } from '../useMediaShortcuts';
import classes from './Prejoin.module.css';

/** The server accepts names of up to this many letters. */
const LONGEST_NAME = 64;

/** On phones a focused field would cover half the page with the keyboard. */
const hasKeyboard = matchMedia('(pointer: fine)').matches;

interface PrejoinProps {
  address: string;
  title: string;
  joining: boolean;
  /** Code of what stopped the last attempt. */
  refusal: string | null;
  /** A good moment to fetch the code of the call: the door stands, or the reader turns to its form. */
  onIntent: () => void;
  onJoin: (name: string, media: () => OwnMedia, crowd: number) => void;
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

export function Prejoin({ address, title, joining, refusal, onIntent, onJoin }: PrejoinProps) {
  const { t } = useTranslation();
  const sentence = useErrorSentence();
  const room = useRoom(address, { everySeconds: 5 });
  const { preview, snapshot } = usePreview();
  const [name, setName] = useState(() => remembered('name') ?? '');
  const [nameMissing, setNameMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useMediaShortcuts({
    microphone: () => preview?.toggle('microphone'),
    camera: () => preview?.toggle('camera'),
  });

  // While people look at themselves nothing else waits for the network. Who saves data decides first.
  const looking = preview !== null && !snapshot.asking;
  useEffect(() => {
    if (looking && !savesData) return whenIdle(onIntent);
  }, [looking, onIntent]);

  const crowd = room.data?.participant_count ?? 0;
  const join = (withDevices: boolean) => {
    if (joining) return;
    const said = name.trim().replace(/\s+/g, ' ');
    if (said === '') {
      setNameMissing(true);
      field.current?.focus();
      return;
    }
    remember('name', said);
    onJoin(said, () => (withDevices && preview ? preview.handOver() : withoutMedia()), crowd);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    join(true);
  };

  const failure = failureToTell(snapshot);
  const trouble = refusal ?? (room.isError ? codeOf(room.error) : null);
  return (
    <Shell>
      <div className={classes.columns}>
        <div className={classes.left}>
          <PreviewBox name={name} snapshot={snapshot} onToggle={(kind) => preview?.toggle(kind)} />
          <DeviceRow snapshot={snapshot} onChoose={(kind, id) => preview?.choose(kind, id)} />
          {failure && (
            <FailureHelp
              where="door"
              device={failure.device}
              failure={failure.failure}
              onRetry={() => preview?.retry()}
            />
          )}
        </div>
        <form
          className={classes.right}
          onSubmit={submit}
          onPointerEnter={onIntent}
          onKeyDown={onIntent}
          noValidate
        >
          <p className={classes.address}>
            <Icon of={IconDoor} />
            <span>
              <span className="visually-hidden">{t('prejoin:address_label')} </span>
              {location.host}/{address}
            </span>
          </p>
          <h1 className={classes.title}>{title}</h1>
          <WhoIsThere room={room.data} failed={room.isError} />
          {trouble && (
            <p className={classes.trouble} role="alert">
              {sentence(trouble)}
            </p>
          )}
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
              setName(event.currentTarget.value);
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
            {t('prejoin:no_account')}{' '}
            <button type="button" className="text-link" onClick={() => join(false)} disabled={joining}>
              {t('prejoin:join_without')}
            </button>
          </p>
        </form>
      </div>
    </Shell>
  );
}
