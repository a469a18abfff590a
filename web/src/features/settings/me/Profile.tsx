// Name and language of oneself; address and role are only told.
import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeMe, type Me } from '../../../api/me';
import { languages, useLanguage, type Language } from '../../../i18n';
import { Form } from '../../../ui/Form';
import { Facts } from '../Facts';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';

export function Profile({ me }: { me: Me }) {
  const { t } = useTranslation();
  const [, speak] = useLanguage();
  const change = useChangeMe();
  const [name, setName] = useState(me.name);
  const [language, setLanguage] = useState(me.language);
  const changed = name.trim() !== me.name || language !== me.language;
  const save = () =>
    change.mutate(
      { name, language },
      {
        onSuccess: (saved) => {
          setName(saved.name);
          speak(saved.language as Language);
        },
      },
    );
  return (
    <Section title={t('settings:me.profile')}>
      <Form onSubmit={save}>
        <TextInput
          label={t('settings:me.name')}
          description={t('settings:me.name_about')}
          value={name}
          maxLength={64}
          autoComplete="name"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('settings:me.language')}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value)}
          data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
        />
        <Facts
          facts={[
            { name: t('settings:me.email'), value: me.email },
            { name: t('settings:me.role'), value: t(`people:role.${me.role}`) },
          ]}
        />
        <SaveRow saving={change} changed={changed} />
      </Form>
    </Section>
  );
}
