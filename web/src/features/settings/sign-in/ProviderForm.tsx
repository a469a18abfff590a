// Everything that is agreed on with a sign-in service, in one form.
import { NativeSelect, PasswordInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeProvider, type Provider } from '../../../api/providers';
import { Form } from '../../../ui/Form';
import { Facts } from '../Facts';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';
import { changeOf, rolesGiven, typedFrom, type Typed } from './agreement';
import { GroupRoles } from './GroupRoles';

export function ProviderForm({ provider }: { provider: Provider }) {
  const { t } = useTranslation();
  const saved = typedFrom(provider);
  const [typed, setTyped] = useState(saved);
  const change = useChangeProvider(provider.id);
  const set = (more: Partial<Typed>) => setTyped({ ...typed, ...more });
  const save = () => change.mutate(changeOf(typed), { onSuccess: (changed) => setTyped(typedFrom(changed)) });
  const field = (name: 'name' | 'clientId' | 'groupClaim') => ({
    value: typed[name],
    autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <Section title={t('settings:sign_in.agreement')} about={t('settings:sign_in.agreement_about')}>
      <Form onSubmit={save}>
        <Facts
          facts={[
            { name: t('settings:sign_in.issuer'), value: provider.issuer },
            { name: t('settings:sign_in.redirect'), value: <code>{provider.redirect_uri}</code> },
          ]}
        />
        <TextInput
          label={t('settings:sign_in.name')}
          description={t('settings:sign_in.name_about')}
          maxLength={64}
          {...field('name')}
        />
        <TextInput label={t('settings:sign_in.client_id')} maxLength={500} {...field('clientId')} />
        <PasswordInput
          label={t('settings:sign_in.secret')}
          description={provider.has_secret ? t('settings:sign_in.secret_kept') : undefined}
          value={typed.secret}
          maxLength={500}
          autoComplete="new-password"
          onChange={(event) => set({ secret: event.currentTarget.value })}
        />
        <Switch
          label={t('settings:sign_in.creates')}
          description={t('settings:sign_in.creates_about')}
          checked={typed.createsPeople}
          onChange={(event) => set({ createsPeople: event.currentTarget.checked })}
        />
        <NativeSelect
          label={t('settings:sign_in.default_role')}
          value={typed.defaultRole}
          onChange={(event) => set({ defaultRole: event.currentTarget.value })}
          data={rolesGiven.map((role) => ({ value: role, label: t(`people:role.${role}`) }))}
        />
        <TextInput
          label={t('settings:sign_in.group_claim')}
          description={t('settings:sign_in.group_claim_about')}
          maxLength={500}
          {...field('groupClaim')}
        />
        {typed.groupClaim.trim() !== '' && (
          <GroupRoles groups={typed.groups} onChange={(groups) => set({ groups })} />
        )}
        <Switch
          label={t('settings:sign_in.enable')}
          checked={typed.enabled}
          onChange={(event) => set({ enabled: event.currentTarget.checked })}
        />
        <SaveRow saving={change} changed={JSON.stringify(typed) !== JSON.stringify(saved)} />
      </Form>
    </Section>
  );
}
