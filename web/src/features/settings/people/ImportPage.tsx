// Adding everybody of a list: choosing the file, seeing what each line would do, and confirming.
import { Button, Checkbox } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useImport, type PersonLine } from '../../../api/people';
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
  const [file, setFile] = useState<File | null>(null);
  const [invite, setInvite] = useState(true);
  const look = useImport();
  const add = useImport();
  const choose = (chosen: File) => {
    setFile(chosen);
    add.reset();
    look.mutate({ file: chosen, dryRun: true });
  };
  const report = add.data ?? look.data;
  const columns: Column<PersonLine>[] = [
    { id: 'email', name: t('people:email'), width: 'minmax(0, 1.4fr)', cell: ({ email }) => email },
    { id: 'name', name: t('people:name'), cell: ({ name }) => name },
  ];
  return (
    <SettingsPage
      title={t('people:import')}
      about={t('settings:list.about')}
      above={{ to: '/settings/people', title: t('settings:part.people') }}
    >
      <Section title={t('people:import_file')} about={t('people:import_columns')}>
        <DropZone file={file} busy={look.isPending} onChoose={choose} />
        {look.isError && <Trouble of={look.error} />}
      </Section>
      {report && file && (
        <Section title={add.data ? t('settings:list.done') : t('settings:list.preview')}>
          <ListOutcome
            report={report}
            adds={t(add.data ? 'people:import_added' : 'people:import_adds', { count: report.totals.add })}
            known={t('people:import_known', { count: report.totals.known })}
          />
          {!add.data && report.totals.add > 0 && (
            <div className={classes.confirm}>
              <Checkbox
                label={t('people:import_invite')}
                description={t('people:import_invite_about')}
                checked={invite}
                onChange={(event) => setInvite(event.currentTarget.checked)}
              />
              {add.isError && <Trouble of={add.error} />}
              <Button
                loading={add.isPending}
                leftSection={<Icon of={IconUserPlus} />}
                onClick={() => add.mutate({ file, dryRun: false, invite })}
              >
                {t('people:import_add', { count: report.totals.add })}
              </Button>
            </div>
          )}
          <LinesTable
            lines={report.lines}
            columns={columns}
            adds={t('people:outcome.add')}
            known={t('people:outcome.known')}
          />
        </Section>
      )}
    </SettingsPage>
  );
}
