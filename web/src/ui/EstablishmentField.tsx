// Where somebody or a room belongs; nothing to choose while there are no establishments.
import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Establishment } from '../api/establishments';

interface EstablishmentFieldProps {
  among: Establishment[];
  value: string | null;
  onChange: (establishment: string | null) => void;
}

export function EstablishmentField({ among, value, onChange }: EstablishmentFieldProps) {
  const { t } = useTranslation();
  if (among.length === 0) return null;
  return (
    <NativeSelect
      label={t('people:establishment')}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value || null)}
      data={[
        { value: '', label: t('people:no_establishment') },
        ...among.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}
