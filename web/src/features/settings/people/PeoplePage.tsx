// The people of the organisation: finding them, inviting them, and opening one to change them.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconFileImport, IconSearch, IconUserPlus } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useEstablishments } from '../../../api/establishments';
import { usePeople, type Person } from '../../../api/people';
import { Icon } from '../../../ui/Icon';
import { finds } from '../../../ui/finds';
import { Trouble } from '../../../ui/Trouble';
import { SettingsPage } from '../SettingsPage';
import { useSettingsOf } from '../useSettingsOf';
import { InviteDialog } from './InviteDialog';
import classes from './PeoplePage.module.css';
import { PeopleTable } from './PeopleTable';
import { PersonDialog } from './PersonDialog';

type Shown = 'all' | Person['state'];
const states: Shown[] = ['all', 'active', 'invited', 'deactivated'];

export function PeoplePage() {
  const { t, i18n } = useTranslation();
  const me = useSettingsOf();
  const manages = me.rights.includes('manage_people');
  const { people, isError, error } = usePeople();
  const establishments = useEstablishments();
  const [typed, setTyped] = useState('');
  const [shown, setShown] = useState<Shown>('all');
  const [open, setOpen] = useState<string | null>(null);
  const [inviting, setInviting] = useState(false);
  const [said, setSaid] = useState('');
  const search = useDeferredValue(typed);

  const sorted = useMemo(() => {
    const order = new Intl.Collator(i18n.language);
    return people?.toSorted((one, other) => order.compare(one.name, other.name));
  }, [people, i18n.language]);
  const found = useMemo(
    () =>
      sorted?.filter(
        (person) => (shown === 'all' || person.state === shown) && finds(search, [person.name, person.email]),
      ),
    [sorted, shown, search],
  );
  const person = people?.find(({ id }) => id === open);
  const siteOf = (id: string | null | undefined) => establishments.find((site) => site.id === id)?.name;

  return (
    <SettingsPage
      title={t('settings:part.people')}
      about={people ? t('people:count', { count: people.length }) : undefined}
      actions={
        manages && (
          <>
            <Button
              variant="default"
              component={Link}
              to="/settings/people/import"
              leftSection={<Icon of={IconFileImport} />}
            >
              {t('people:import')}
            </Button>
            <Button leftSection={<Icon of={IconUserPlus} />} onClick={() => setInviting(true)}>
              {t('people:invite')}
            </Button>
          </>
        )
      }
    >
      {isError && <Trouble of={error} />}
      <div className={classes.tools}>
        <TextInput
          type="search"
          label={t('people:search')}
          value={typed}
          maxLength={200}
          leftSection={<Icon of={IconSearch} size={18} />}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('people:show')}
          value={shown}
          onChange={(event) => setShown(event.currentTarget.value as Shown)}
          data={states.map((value) => ({ value, label: t(`people:shown.${value}`) }))}
        />
      </div>
      <p role="status" className="visually-hidden">
        {said || (typed !== '' && found ? t('people:found', { count: found.length }) : '')}
      </p>
      {found && (
        <PeopleTable
          key={`${search} ${shown}`}
          people={found}
          siteOf={siteOf}
          onOpen={manages ? (id) => setOpen(id) : undefined}
        />
      )}
      {found?.length === 0 && <p className={classes.none}>{t('people:none_found')}</p>}
      {person && (
        <PersonDialog
          key={person.id}
          person={person}
          me={me}
          establishments={establishments}
          onClose={() => setOpen(null)}
        />
      )}
      {inviting && (
        <InviteDialog
          me={me}
          establishments={establishments}
          onClose={() => setInviting(false)}
          onInvited={(invited) => {
            setInviting(false);
            setSaid(t('people:invited_now', { name: invited.name }));
          }}
        />
      )}
    </SettingsPage>
  );
}
