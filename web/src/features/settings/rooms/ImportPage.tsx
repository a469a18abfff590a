// Making the rooms of a list of links: pasting or choosing it, seeing what each line would do, and confirming.
import { Button, Textarea } from '@mantine/core';
import { IconDoor } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useImportRooms, type RoomLine } from '../../../api/rooms';
import { Icon } from '../../../ui/Icon';
import type { Column } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { DropZone } from '../lists/DropZone';
import { LinesTable } from '../lists/LinesTable';
import { ListOutcome } from '../lists/ListOutcome';
import classes from '../lists/Lists.module.css';
import { Section } from '../Section';
import { SettingsPage } from '../SettingsPage';

export function ImportPage() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  /** The list that is looked at: what was typed or the file that was chosen, whichever came last. */
  const [list, setList] = useState<File | null>(null);
  const [chosen, setChosen] = useState<File | null>(null);
  const look = useImportRooms();
  const make = useImportRooms();
  const lookAt = (file: File) => {
    setList(file);
    make.reset();
    look.mutate({ file, dryRun: true });
  };
  const lookAtTyped = (event: FormEvent) => {
    event.preventDefault();
    setChosen(null);
    lookAt(new File([typed], 'list.txt'));
  };
  const report = make.data ?? look.data;
  return (
    <SettingsPage
      title={t('rooms:import')}
      about={t('settings:list.about')}
      above={{ to: '/settings/rooms', title: t('settings:part.rooms') }}
    >
      <Section title={t('rooms:import_list')} about={t('rooms:import_columns')}>
        <form className={classes.typed} onSubmit={lookAtTyped}>
          <Textarea
            label={t('rooms:import_paste')}
            autosize
            minRows={4}
            maxRows={12}
            value={typed}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="default"
            disabled={typed.trim() === ''}
            loading={look.isPending && chosen === null}
          >
            {t('rooms:import_look')}
          </Button>
        </form>
        <DropZone
          file={chosen}
          busy={look.isPending && chosen !== null}
          onChoose={(file) => {
            setChosen(file);
            lookAt(file);
          }}
        />
        {look.isError && <Trouble of={look.error} />}
      </Section>
      {report && list && (
        <Section title={make.data ? t('settings:list.done') : t('settings:list.preview')}>
          <ListOutcome
            report={report}
            adds={t(make.data ? 'rooms:import_added' : 'rooms:import_adds', { count: report.totals.add })}
            known={t('rooms:import_known', { count: report.totals.known })}
          />
          {!make.data && report.totals.add > 0 && (
            <div className={classes.confirm}>
              {report.lines.some(({ room, owner }) => room && owner === '') && (
                <p>{t('rooms:import_owner_about')}</p>
              )}
              {make.isError && <Trouble of={make.error} />}
              <Button
                loading={make.isPending}
                leftSection={<Icon of={IconDoor} />}
                onClick={() => make.mutate({ file: list, dryRun: false })}
              >
                {t('rooms:import_make', { count: report.totals.add })}
              </Button>
            </div>
          )}
          <Lines of={report.lines} />
        </Section>
      )}
    </SettingsPage>
  );
}

function Lines({ of: lines }: { of: RoomLine[] }) {
  const { t } = useTranslation();
  const columns: Column<RoomLine>[] = [
    {
      id: 'link',
      name: t('rooms:import_link'),
      width: 'minmax(0, 1.4fr)',
      cell: ({ link, name }) => link || name,
    },
    {
      id: 'room',
      name: t('rooms:import_room'),
      width: 'minmax(0, 1.6fr)',
      cell: ({ address, room }) =>
        address && (
          <span className={classes.made}>
            <strong>
              {location.host}/{address}
            </strong>
            {room && (
              <small>{[room.name, room.owner, t(`rooms:access.${room.access}.name`)].join(' · ')}</small>
            )}
          </span>
        ),
    },
  ];
  return (
    <LinesTable
      lines={lines}
      columns={columns}
      adds={t('rooms:import_outcome.add')}
      known={t('rooms:import_outcome.known')}
    />
  );
}
