// The establishments of the organisation: what belongs to each, adding one, and opening one to change it.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEstablishmentList, type Establishment } from '../../../api/establishments';
import { usePeople } from '../../../api/people';
import { useRooms } from '../../../api/rooms';
import { Icon } from '../../../ui/Icon';
import { Table, type Column } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { SettingsPage } from '../SettingsPage';
import { AddDialog } from './AddDialog';
import { EstablishmentDialog } from './EstablishmentDialog';
import classes from './EstablishmentsPage.module.css';

export function EstablishmentsPage() {
  const { t, i18n } = useTranslation();
  const establishments = useEstablishmentList();
  const belonging = useBelonging();
  const [open, setOpen] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const [said, setSaid] = useState('');
  const sorted = useMemo(() => {
    const order = new Intl.Collator(i18n.language);
    return establishments.data?.toSorted((one, other) => order.compare(one.name, other.name));
  }, [establishments.data, i18n.language]);
  const opened = sorted?.find(({ id }) => id === open);
  const columns: Column<Establishment>[] = [
    {
      id: 'name',
      name: t('establishments:name'),
      width: 'minmax(0, 1.6fr)',
      plain: true,
      cell: ({ name }) => <strong className={classes.name}>{name}</strong>,
    },
    {
      id: 'prefix',
      name: t('establishments:prefix'),
      cell: ({ prefix }) => prefix && `${prefix}-…`,
    },
    {
      id: 'people',
      name: t('establishments:people'),
      width: '104px',
      cell: ({ id }) => belonging(id)?.people,
    },
    { id: 'rooms', name: t('establishments:rooms'), width: '88px', cell: ({ id }) => belonging(id)?.rooms },
    {
      id: 'change',
      name: t('establishments:change'),
      width: '104px',
      buttons: true,
      cell: ({ id, name }) => (
        <Button
          variant="default"
          h={{ base: 44, sm: 36 }}
          aria-label={t('establishments:change_named', { name })}
          onClick={() => setOpen(id)}
        >
          {t('establishments:change')}
        </Button>
      ),
    },
  ];
  return (
    <SettingsPage
      title={t('settings:part.establishments')}
      about={t('settings:about.establishments')}
      actions={
        <Button leftSection={<Icon of={IconPlus} />} onClick={() => setAdding(true)}>
          {t('establishments:add')}
        </Button>
      }
    >
      {establishments.isError && <Trouble of={establishments.error} />}
      <p role="status" className="visually-hidden">
        {said}
      </p>
      {sorted && sorted.length > 0 && (
        <Table
          name={t('settings:part.establishments')}
          columns={columns}
          rows={sorted}
          keyOf={({ id }) => id}
        />
      )}
      {sorted?.length === 0 && <p className={classes.none}>{t('establishments:none')}</p>}
      {opened && (
        <EstablishmentDialog
          key={opened.id}
          establishment={opened}
          belonging={belonging(opened.id)}
          onClose={() => setOpen(null)}
          onRemoved={() => {
            setOpen(null);
            setSaid(t('establishments:removed', { name: opened.name }));
          }}
        />
      )}
      {adding && (
        <AddDialog
          onClose={() => setAdding(false)}
          onAdded={({ name }) => {
            setAdding(false);
            setSaid(t('establishments:added', { name }));
          }}
        />
      )}
    </SettingsPage>
  );
}

/** How many people and rooms belong to an establishment; undefined until everything is read. */
export interface Belonging {
  people: number;
  rooms: number;
}

function useBelonging(): (id: string) => Belonging | undefined {
  const { people, complete } = usePeople();
  const rooms = useRooms();
  return (id) =>
    people && complete && rooms.data
      ? {
          people: people.filter(({ establishment }) => establishment === id).length,
          rooms: rooms.data.filter(({ establishment }) => establishment?.id === id).length,
        }
      : undefined;
}
