// Adding everybody of a list: choosing the file, seeing what each line would do, and confirming.
import { Button, Checkbox } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useImport, type ImportReport } from '../../../api/people';
import { Icon } from '../../../ui/Icon';
import { Trouble } from '../../../ui/Trouble';
import { Section } from '../Section';
import { SettingsPage } from '../SettingsPage';
import { DropZone } from './DropZone';
import classes from './ImportPage.module.css';
import { ImportTable } from './ImportTable';

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
  return (
    <SettingsPage
      title={t('people:import')}
      about={t('people:import_about')}
      above={{ to: '/settings/people', title: t('settings:part.people') }}
    >
      <Section title={t('people:import_file')} about={t('people:import_columns')}>
        <DropZone file={file} busy={look.isPending} onChoose={choose} />
        {look.isError && <Trouble of={look.error} />}
      </Section>
      {report && file && (
        <Section title={add.data ? t('people:import_done') : t('people:import_preview')}>
          <Outcome report={report} done={add.data !== undefined} />
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
          <ImportTable report={report} />
        </Section>
      )}
    </SettingsPage>
  );
}

/** What comes of the list, in one sentence each; announced. */
function Outcome({ report, done }: { report: ImportReport; done: boolean }) {
  const { t } = useTranslation();
  const { add, known, error } = report.totals;
  const ignored = report.columns.filter((column) => !column.read_as).map(({ header }) => header);
  return (
    <div role="status">
      <ul className={classes.outcome}>
        <li>{t(done ? 'people:import_added' : 'people:import_adds', { count: add })}</li>
        {known > 0 && <li>{t('people:import_known', { count: known })}</li>}
        {error > 0 && <li data-bad>{t('people:import_wrong', { count: error })}</li>}
        {report.encoding !== 'utf-8' && <li>{t('people:import_encoding', { encoding: report.encoding })}</li>}
        {ignored.length > 0 && <li>{t('people:import_ignored', { columns: ignored.join(', ') })}</li>}
      </ul>
    </div>
  );
}
