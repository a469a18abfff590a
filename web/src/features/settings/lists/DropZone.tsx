// Where a file is dropped, or chosen by a button: the button works without a mouse.
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { FileButton } from '../../../ui/FileButton';
import { Icon } from '../../../ui/Icon';
import classes from './Lists.module.css';

interface DropZoneProps {
  file: File | null;
  busy: boolean;
  onChoose: (file: File) => void;
}

export function DropZone({ file, busy, onChoose }: DropZoneProps) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped) onChoose(dropped);
  };
  return (
    <div
      className={classes.zone}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon of={IconFileSpreadsheet} size={28} />
      <p>{file ? file.name : t('settings:list.drop_here')}</p>
      <FileButton
        label={file ? t('settings:list.choose_another') : t('settings:list.choose_file')}
        name={t('settings:list.choose_file')}
        accept=".csv,.tsv,.txt,text/csv,text/plain"
        busy={busy}
        onChoose={onChoose}
      />
    </div>
  );
}
