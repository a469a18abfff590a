// Everyone in the call with what can be said of them, and the way to pin them.
import { Button } from '@mantine/core';
import { IconLink, IconPin } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pictureKey, type PersonInCall, type PictureKey } from '../../../call';
import { Hand } from '../../../call/view';
import { Icon } from '../../../ui/Icon';
import { Portrait } from '../../../ui/Portrait';
import type { CopyState } from '../../../ui/useCopy';
import { Confirm, type Question } from '../hosting/Confirm';
import { HostTools } from '../hosting/HostTools';
import { PersonMenu } from '../hosting/PersonMenu';
import type { Hosting } from '../hosting/useHosting';
import classes from './Panel.module.css';
import { sortPeople, stateWords } from './personState';

interface PeoplePanelProps {
  people: PersonInCall[];
  pinned: PictureKey | null;
  onPin: (key: PictureKey) => void;
  onCopyLink: () => void;
  copying: CopyState;
  /** Null for whoever does not host. */
  hosting: Hosting | null;
}

export function PeoplePanel({ people, pinned, onPin, onCopyLink, copying, hosting }: PeoplePanelProps) {
  const { t, i18n } = useTranslation();
  const [question, setQuestion] = useState<Question | null>(null);
  const nameOf = (person: PersonInCall) => person.name || t('common:nameless');
  return (
    <>
      <div className={classes.scroll}>
        <ul className={classes.people}>
          {sortPeople(people, nameOf, i18n.language).map((person) => (
            <li key={person.id} className={classes.person}>
              <Portrait name={nameOf(person)} size={36} />
              <div className={classes.personName}>
                <strong>
                  <bdi>{person.isSelf ? t('call:name_you', { name: nameOf(person) }) : nameOf(person)}</bdi>
                  {person.role === 'host' && <span className={classes.role}> · {t('call:host')}</span>}
                </strong>
                <span className={classes.personState} data-connection={person.connection}>
                  {stateWords(person)
                    .map((word) => t(`call:${word}`))
                    .join(' · ')}
                </span>
              </div>
              {person.hand !== null && <Hand turn={person.hand} />}
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
              {hosting && !person.isSelf && (
                <PersonMenu
                  person={person}
                  name={nameOf(person)}
                  onAct={(act) => hosting.actOn(person.id, act)}
                  onRemove={() => setQuestion({ about: 'remove', identity: person.id, name: nameOf(person) })}
                />
              )}
            </li>
          ))}
        </ul>
      </div>
      {hosting && (
        <HostTools
          hands={people.filter((person) => person.hand !== null).length}
          alone={people.length === 1}
          onAct={hosting.actOnAll}
          onEnd={() => setQuestion({ about: 'end' })}
        />
      )}
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
      {hosting && (
        <Confirm
          question={question}
          onClose={() => setQuestion(null)}
          onYes={(asked) =>
            asked.about === 'end' ? hosting.actOnAll('end') : hosting.actOn(asked.identity, 'remove')
          }
        />
      )}
    </>
  );
}
