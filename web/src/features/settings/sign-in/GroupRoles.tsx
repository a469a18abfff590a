// Which role each group of a service gives.
import { Button, CloseButton, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/Icon';
import { rolesGiven, type Group } from './agreement';
import classes from './GroupRoles.module.css';

export function GroupRoles({ groups, onChange }: { groups: Group[]; onChange: (groups: Group[]) => void }) {
  const { t } = useTranslation();
  const change = (at: number, more: Partial<Group>) =>
    onChange(groups.map((group, index) => (index === at ? { ...group, ...more } : group)));
  return (
    <fieldset className={classes.groups}>
      <legend className={classes.legend}>{t('settings:sign_in.groups')}</legend>
      {groups.map((group, at) => (
        <div key={at} className={classes.group}>
          <TextInput
            className={classes.name}
            aria-label={t('settings:sign_in.group')}
            placeholder={t('settings:sign_in.group')}
            value={group.name}
            maxLength={500}
            autoComplete="off"
            onChange={(event) => change(at, { name: event.currentTarget.value })}
          />
          <NativeSelect
            aria-label={t('settings:sign_in.group_role', { group: group.name })}
            value={group.role}
            onChange={(event) => change(at, { role: event.currentTarget.value })}
            data={rolesGiven.map((role) => ({ value: role, label: t(`people:role.${role}`) }))}
          />
          <CloseButton
            aria-label={t('settings:sign_in.remove_group', { group: group.name })}
            onClick={() => onChange(groups.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <div>
        <Button
          variant="default"
          h={36}
          leftSection={<Icon of={IconPlus} />}
          onClick={() => onChange([...groups, { name: '', role: 'member' }])}
        >
          {t('settings:sign_in.add_group')}
        </Button>
      </div>
    </fieldset>
  );
}
