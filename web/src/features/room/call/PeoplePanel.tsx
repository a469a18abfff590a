// Everyone in the call with what can be said of them, and the way to pin them.
import { Button } from '@mantine/core';
import { IconLink, IconPin } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { pictureKey, type PersonInCall, type PictureKey } from '../../../call';
import { Icon } from '../../../ui/Icon';
import { Portrait } from '../../../ui/Portrait';
import type { CopyState } from '../../../ui/useCopy';
import classes from './Panel.module.css';

interface PeoplePanelProps {
  people: PersonInCall[];
  pinned: PictureKey | null;
  onPin: (key: PictureKey) => void;
  onCopyLink: () => void;
  copying: CopyState;
}

export function PeoplePanel({ people, pinned, onPin, onCopyLink, copying }: PeoplePanelProps) {
  const { t, i18n } = useTranslation();
  const nameOf = (person: PersonInCall) => person.name || t('call:nameless');
  const sorted = [...people].sort(
    (a, b) => Number(b.isSelf) - Number(a.isSelf) || nameOf(a).localeCompare(nameOf(b), i18n.language),
  );
  return (
    <>
      <div className={classes.scroll}>
        <ul className={classes.people}>
          {sorted.map((person) => (
            <li key={person.id} className={classes.person}>
              <Portrait name={nameOf(person)} size={36} />
              <div className={classes.personName}>
                <strong>
                  {person.isSelf ? t('call:name_you', { name: nameOf(person) }) : nameOf(person)}
                </strong>
                <State person={person} />
              </div>
              {!person.isSelf && (
                <button
                  type="button"
                  className={classes.quiet}
                  aria-pressed={pinned === pictureKey('camera', person.id)}
                  aria-label={t('call:pin_name', { name: nameOf(person) })}
                  title={t('call:pin')}
                  onClick={() => onPin(pictureKey('camera', person.id))}
                >
                  <Icon of={IconPin} size={18} />
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
      <div className={classes.invite}>
        <Button
          variant="default"
          fullWidth
          leftSection={<Icon of={IconLink} />}
          onClick={onCopyLink}
          data-first-focus
        >
          {copying === 'idle' ? t('call:copy_link') : t(`common:${copying}`)}
        </Button>
      </div>
    </>
  );
}

function State({ person }: { person: PersonInCall }) {
  const { t } = useTranslation();
  const words = [
    person.connection === 'lost' ? t('call:tile_connection_lost') : null,
    person.connection === 'poor' ? t('call:tile_connection_poor') : null,
    person.sharing ? t('call:state_sharing') : null,
    person.speaking ? t('call:state_speaking') : null,
    person.microphoneOn && person.cameraOn ? t('call:state_both_on') : null,
    person.microphoneOn ? null : t('call:state_microphone_off'),
    person.cameraOn ? null : t('call:state_camera_off'),
    person.microphoneOn && !person.cameraOn ? t('call:state_microphone_on') : null,
  ].filter((word) => word !== null);
  return <span className={classes.personState}>{words.slice(0, 2).join(' · ')}</span>;
}
