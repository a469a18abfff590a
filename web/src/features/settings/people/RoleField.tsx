// What somebody is in the organisation, with what that lets them do.
import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Me } from '../../../api/me';

const roles = ['member', 'admin', 'owner', 'individual'];

interface RoleFieldProps {
  me: Me;
  value: string;
  onChange: (role: string) => void;
}

/** Only owners make owners: others are not offered what would be refused. */
export function RoleField({ me, value, onChange }: RoleFieldProps) {
  const { t } = useTranslation();
  const offered = roles.filter((role) => role !== 'owner' || me.role === 'owner' || value === 'owner');
  return (
    <NativeSelect
      label={t('people:role_of')}
      description={t(`people:role_about.${value}`)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={offered.map((role) => ({ value: role, label: t(`people:role.${role}`) }))}
    />
  );
}
