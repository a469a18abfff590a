// People as rows: who, what they are, where they belong, and whether they are here.
import { Button } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconCircleOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person } from '../../../api/people';
import { Badge } from '../../../ui/Badge';
import { Portrait } from '../../../ui/Portrait';
import { Table, type Column } from '../../../ui/Table';
import classes from './PeoplePage.module.css';

/** Rows drawn at once: nobody reads further without searching, and more would make the page slow to answer. */
const atOnce = 50;

interface PeopleTableProps {
  people: Person[];
  /** The name of an establishment. */
  siteOf: (id: string | null | undefined) => string | undefined;
  /** Opens somebody to be changed; absent for those who may not. */
  onOpen?: (id: string) => void;
}

export function PeopleTable({ people, siteOf, onOpen }: PeopleTableProps) {
  const { t } = useTranslation();
  const [drawn, setDrawn] = useState(atOnce);
  const columns: Column<Person>[] = [
    {
      id: 'who',
      name: t('people:who'),
      width: 'minmax(0, 2fr)',
      plain: true,
      cell: (one) => <Who person={one} />,
    },
    { id: 'role', name: t('people:role_of'), width: '124px', cell: (one) => t(`people:role.${one.role}`) },
    { id: 'site', name: t('people:establishment'), cell: (one) => siteOf(one.establishment) },
    {
      id: 'state',
      name: t('people:state_of'),
      width: '120px',
      plain: true,
      cell: (one) => <State of={one.state} />,
    },
  ];
  if (onOpen) {
    columns.push({
      id: 'change',
      name: t('people:change'),
      width: '104px',
      buttons: true,
      cell: (one) => (
        <Button
          variant="default"
          h={{ base: 44, sm: 36 }}
          aria-label={t('people:change_named', { name: one.name })}
          onClick={() => onOpen(one.id)}
        >
          {t('people:change')}
        </Button>
      ),
    });
  }
  const left = people.length - drawn;
  return (
    <>
      {people.length > 0 && (
        <Table
          name={t('settings:part.people')}
          columns={columns}
          rows={people.slice(0, drawn)}
          keyOf={(one) => one.id}
          tone={(one) => (one.state === 'deactivated' ? 'quiet' : undefined)}
        />
      )}
      {left > 0 && (
        <Button variant="default" className={classes.more} onClick={() => setDrawn(drawn + atOnce)}>
          {t('people:show_more', { count: Math.min(left, atOnce) })}
        </Button>
      )}
    </>
  );
}

function Who({ person }: { person: Person }) {
  return (
    <span className={classes.who}>
      <Portrait name={person.name} size={36} />
      <span>
        <strong>
          <bdi>{person.name}</bdi>
        </strong>
        <small>{person.email}</small>
      </span>
    </span>
  );
}

function State({ of: state }: { of: Person['state'] }) {
  const { t } = useTranslation();
  const icons = { active: IconCircleCheck, invited: IconCircleDashed, deactivated: IconCircleOff };
  return (
    <Badge icon={icons[state]} tone={state === 'active' ? 'good' : undefined}>
      {t(`people:state.${state}`)}
    </Badge>
  );
}
